"""Turns narration into recordings, with the times of words and phonemes."""
