"""The only way in which a name or a text enters generated SQL."""


def quote_identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier, dots included."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a text as an SQL literal, where a parameter cannot be bound (views, attach)."""
    return "'" + text.replace("'", "''") + "'"
