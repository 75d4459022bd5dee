"""What a tier is worth, what a move between tiers may be worth, and how far each is proven."""
