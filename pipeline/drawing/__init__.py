"""Makers of pictures: a request goes in, a clip comes out."""
