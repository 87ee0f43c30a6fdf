"""Injects faults into a server and records how they affect a good client."""
