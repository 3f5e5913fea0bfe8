"""Virtual patients that plan trials; never a prognosis."""
