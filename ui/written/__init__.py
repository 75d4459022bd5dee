"""What people write beside the numbers: read, shown where the number is read, and added to."""
