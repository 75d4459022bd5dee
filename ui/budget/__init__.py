"""The parts of the budget case."""
