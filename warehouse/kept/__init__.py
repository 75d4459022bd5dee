"""Exports as they are kept: loads, their files by what they hold, and what was parsed of them before."""
