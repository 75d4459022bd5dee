"""The board pack as a PowerPoint file with native charts and tables."""

from analyses.board.document import Pack, Today


def to_deck(pack: Pack, today: Today | None = None, template: bytes | None = None) -> bytes:
    """The pack as .pptx, drawn with the company's own template (.pptx or .potx) where one is given.

    The same pack gives the same bytes. Raises StandingError for a template that cannot be used.
    """
    # Not at the top: python-pptx takes a third of a second that no server has to wait for at its start.
    from exports.deck.draw import draw_deck

    return draw_deck(pack, today, template)
