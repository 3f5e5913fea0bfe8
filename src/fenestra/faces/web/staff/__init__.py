"""Pages for the humans who work in a clinic."""
