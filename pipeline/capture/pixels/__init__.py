"""Finds texts and pictures on a screen by its pixels."""
