"""The churn page, one part a file."""
