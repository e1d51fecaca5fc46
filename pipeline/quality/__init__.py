"""Measure a finished film: sync, lips, sound, contrast, what hides what; and say what a viewer would notice."""
