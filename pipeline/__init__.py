"""The program: a script becomes a film. Never imports bpy; its rooms import only from those below them."""
