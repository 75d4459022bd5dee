"""One's own mapping: look at an unknown export, guess which file and column is which, write a draft, try it."""
