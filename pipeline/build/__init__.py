"""A build: from an episode's folder to its film, in seven stages (`pipeline.py`)."""
