"""The whole film as strips, and what a person changed on them. Pure but for edits.json and timeline.json."""
