"""What stands against approving a case, which whoever approves it nevertheless has to say."""

from collections.abc import Mapping

from analyses.budget.case import Case
from analyses.budget.compose import why_impossible
from analyses.budget.grounds import Ground
from analyses.budget.programmes import KINDS
from analyses.formats import format_value
from warehouse.errors import StandingError


def list_cautions(case: Case) -> tuple[str, ...]:
    """Each as the end of 'although ..': that it is overspent, and that what comes of it cannot be measured."""
    found: list[str] = []
    over = sum(each.cost.range.base for each in case.programmes) - case.budget
    if over > 0:
        found.append(
            f"it costs {format_value(over, 'currency', case.currency)} more than its budget"
        )
    # Beyond a yearly limit there is somebody left to compare with.
    limits = {each.key: each.most for each in KINDS}
    whole = [
        each.name
        for each in case.programmes
        if each.reached >= each.pool and each.pool != limits.get(each.key)
    ]
    if whole:
        found.append(
            f"nobody is left to compare with, so what comes of it cannot be measured: {', '.join(whole)}"
        )
    return tuple(found)


def refuse_impossible(case: Case, grounds: Mapping[str, Ground]) -> None:
    """StandingError where a programme would keep more than leave."""
    for each in case.programmes:
        ground = grounds.get(each.key)
        if ground and (why := why_impossible(each.effect.range, ground)):
            raise StandingError(f"{each.name} cannot be approved: {why}, and save the case again.")
