"""The author's own videos and pictures as captures."""
