"""Documents on paper from values: Typst to PDF/UA, labels."""
