"""Make an episode, by rules alone, of what people have already: commands, tapes, casts, outlines, decks, recorded browsers."""
