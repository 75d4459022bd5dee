"""The page of the next 13 weeks, one part a file."""
