"""One customer: what the account page shows, each query by the customer's id."""
