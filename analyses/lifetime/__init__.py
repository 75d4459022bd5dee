"""What a customer is worth: observed, projected, from orders, and on which assumptions."""
