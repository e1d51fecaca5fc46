"""The ground floor: values, files, pictures, sound and Blender, for every room above."""
