"""What an author writes: scripts, settings and characters, read and checked."""
