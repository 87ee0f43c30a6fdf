"""Does harm to a server and watches what a good client notices of it."""
