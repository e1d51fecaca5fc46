"""The only code that touches strips: `compile` turns the timeline into strips, `collect` turns changes into edits."""
