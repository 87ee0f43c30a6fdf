"""The suites, one per file, and the code that they share."""
