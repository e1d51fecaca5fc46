"""Web pages and IDEs in Chromium, filmed as they move or drawn frame by frame."""
