"""The seams where services plug in: contracts by kind, HTTP, keys, prices. Knows no provider by name."""
