"""The lifetime value page, one part a file."""
