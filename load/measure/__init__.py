"""Starts a server, lets k6 and ghz call it, and reports the results."""
