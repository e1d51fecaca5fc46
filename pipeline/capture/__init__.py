"""Screens do the steps of a capture; the recorder films them."""
