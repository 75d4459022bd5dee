"""What customers without a contract are worth: their orders so far and those to expect."""
