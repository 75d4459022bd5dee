"""Figures from records. Dictionaries in Plotly's schema: a Figure object costs twice as much."""
