"""A made-up company whose customers' moods drive everything that its CRM would record."""
