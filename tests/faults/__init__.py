"""What may befall a warehouse, and that it stands afterwards. `make faults` prints a table of it."""
