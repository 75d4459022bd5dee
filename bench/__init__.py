"""Measures the build, the pages and the load that one server bears: `make bench`."""
