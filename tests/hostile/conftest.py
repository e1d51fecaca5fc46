"""Keeps pytest out of the attempts: they hold modules that must never run, and one of them is called conftest.py."""

collect_ignore = ["attempts"]
