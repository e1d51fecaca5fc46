"""The command line: each command calls one function of the studio and prints its result."""
