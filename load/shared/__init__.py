"""What load/fleet needs: Redis, clients of several servers, and calls that are held open."""
