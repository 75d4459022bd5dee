"""The page of board packs: freeze one, look into it, take it home."""
