"""Pure functions from ticket frames to what was promised, what was kept, and when."""
