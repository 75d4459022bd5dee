"""The slides of a pack in the order in which every file has them."""

from dataclasses import replace
from typing import Literal

from analyses.board.document import Pack, Slide, Today
from metrics.periods import format_date

Part = Literal["", "Now", "Appendix"]


def order_slides(pack: Pack, today: Today | None) -> list[tuple[Slide, Part]]:
    """Each slide with the part that it is of; what the numbers would be now comes before the appendix.

    It is left out where it says nothing: no number is another, on the build that was frozen; on another
    build, with the same settings, a line beneath who approved says so.
    """
    slides = list(pack.slides)
    now: list[Slide] = []
    if today is not None and (today.changed > 0 or today.build_id != pack.build_id):
        place = next((at for at, each in enumerate(slides) if each.key == "signoff"), None)
        if today.changed or today.slide.lines or place is None:
            now = [today.slide]
        else:
            slides[place] = _add_same(slides[place], today)
    return [
        *((each, "") for each in slides if not each.is_appendix),
        *((each, "Now") for each in now),
        *((each, "Appendix") for each in slides if each.is_appendix),
    ]


def _add_same(signoff: Slide, today: Today) -> Slide:
    """The slide of who approved, with the sentence that all numbers are the same on a newer build."""
    line = f"{today.slide.title} (build {today.build_id}, as of {format_date(today.as_of)})."
    # The first number that the slide of now states is how many there are.
    told = (*signoff.told, *today.slide.told[:1])
    return replace(signoff, lines=(*signoff.lines, line), told=told)
