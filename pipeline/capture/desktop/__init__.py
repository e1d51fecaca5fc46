"""Programs on a desktop of their own, filmed through a remote view."""
