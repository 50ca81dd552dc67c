"""A support organisation that never was: its customers, its crew, and the queues they work."""
