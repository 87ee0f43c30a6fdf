"""Forwarding beside other proxies: the services behind, the proxies, and the loads."""
