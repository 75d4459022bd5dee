"""All faults, in the order of the table."""

from tests.faults import changing, clocks, damage, disks, kills, ledgers, readers, rights, rivals
from tests.faults.registry import FAULTS

__all__ = [
    "FAULTS",
    "changing",
    "clocks",
    "damage",
    "disks",
    "kills",
    "ledgers",
    "readers",
    "rights",
    "rivals",
]
