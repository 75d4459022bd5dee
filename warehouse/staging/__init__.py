"""Texts into contract tables: typed, judged, linked and converted, every row accounted for."""
