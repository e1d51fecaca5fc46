"""The characters of an episode: listed, made, deleted, checked, and replaced by others."""
