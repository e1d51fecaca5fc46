"""Makes what a film sounds like besides its voices: beds of music, effects, the tone of a room. All of it is synthesised here."""
