"""The budget case: what a programme costs, whom it reaches, what it returns and how wrong that can be."""
