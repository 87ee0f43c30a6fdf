"""Starts a server, has k6 and ghz call it, and says what came of it."""
