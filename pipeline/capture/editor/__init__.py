"""Code being written, logged and then drawn."""
