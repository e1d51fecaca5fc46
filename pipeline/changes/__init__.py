"""Proposed changes of an episode's files, applied only where they fit."""
