"""The providers that Lectern brings itself, registered through the seam that plug-ins use."""
