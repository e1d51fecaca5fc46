"""Segments of the film and their fingerprints, joined into one file with its sound."""
