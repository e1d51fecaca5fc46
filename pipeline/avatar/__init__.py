"""Makes drawn narrators: artwork, visemes, performance, clip."""
