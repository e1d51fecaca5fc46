"""Where narrators, captures, clips and overlays are in the frame, and how large. Pure: times in, places out."""
