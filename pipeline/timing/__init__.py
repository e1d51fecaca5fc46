"""When everything in a scene happens. Needs no place: layout comes after it."""
