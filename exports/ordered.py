"""The slides of a pack in the order in which every file has them."""

from typing import Literal

from analyses.board.document import Pack, Slide, Today

Part = Literal["", "Now", "Appendix"]


def order_slides(pack: Pack, today: Today | None) -> list[tuple[Slide, Part]]:
    """Each slide with the part that it is of; what the numbers would be now comes before the appendix.

    It is left out where it says nothing: no number is another, on the build that was frozen.
    """
    body = [each for each in pack.slides if not each.is_appendix]
    appendix = [each for each in pack.slides if each.is_appendix]
    is_news = today is not None and (today.changed > 0 or today.build_id != pack.build_id)
    now = [today.slide] if today is not None and is_news else []
    return [
        *((each, "") for each in body),
        *((each, "Now") for each in now),
        *((each, "Appendix") for each in appendix),
    ]
