"""Files into texts: what an export's files are, their rows, and the forms of their dates and amounts."""
