"""Sales velocity: its drivers at a week, what changed, by segment and by definition."""
