"""Shell sessions, logged and then drawn."""
