"""HTML clips, drawn frame by frame."""
