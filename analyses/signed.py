"""Whether a name still stands beneath a number, in words."""

from analyses.board.document import Approval
from ledger.approvals import ApprovalRow
from metrics.periods import format_date


def describe_state(approval: ApprovalRow | Approval) -> str:
    """'approved', or 'dropped: the number changed on 23 Mar 2026'."""
    if not approval.is_dropped:
        return "approved"
    if approval.changed_on is None:
        return "dropped: the number has changed since"
    return f"dropped: the number changed on {format_date(approval.changed_on)}"
