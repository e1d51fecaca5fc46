"""Has a language model work out the steps of a capture at the recorder's own screen."""
