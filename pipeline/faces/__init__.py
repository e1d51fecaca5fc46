"""Makes photographed and generated narrators in steps, one take each: portrait, motion, lips, matte, clip."""
