"""What goes with a film: subtitles, chapters, credits, the description."""
