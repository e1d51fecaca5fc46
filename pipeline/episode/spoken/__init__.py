"""How written words are spoken."""
