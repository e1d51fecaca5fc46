"""The steps of a photographed face: portraits, motion, lip-sync and matting."""
