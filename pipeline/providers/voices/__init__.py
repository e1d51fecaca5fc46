"""First-party voices, one file each."""
