"""Orders without a contract: prospects who buy a training or a report now and then.

As BG/NBD and Gamma-Gamma see a buyer (Fader, Hardie, Lee 2005; Fader, Hardie 2013): a rate of orders of one's own, a
chance of one's own to be gone after each repeat order, and a level of spending that has nothing to do with either.
"""

from __future__ import annotations

from data.sample_world.calendar import Calendar
from data.sample_world.chance import Dice
from data.sample_world.layout import NULL_LOOKUP
from data.sample_world.market import Prospect
from data.sample_world.writer import Export, Table

BUYER_SHARE = 0.37
FIRST_ORDER_WITHIN_DAYS = 60
ORDERS_A_DAY = 0.018
REFUND_SHARE = 0.012
DRAFT_SHARE = 0.015
SECOND_ORDER_SHARE = 0.02
# Whole units of the account's currency for an order of average size.
ORDER_SIZE = {"small business": 450.0, "mid-market": 800.0, "enterprise": 1500.0}

# 41 equally spaced quantiles in thousandths, since a draw may use the four operations alone (chance.py); the last lies
# so far out that the mean of the highest fortieth is right.
# Days between orders: exponential of mean 1.
WAITS = (
    *(0, 25, 51, 78, 105, 134, 163, 192, 223, 255, 288, 322, 357, 393, 431, 470, 511, 553, 598, 644, 693),
    *(744, 799, 856, 916, 981, 1050, 1124, 1204, 1291, 1386, 1492, 1609, 1743, 1897, 2079, 2303, 2590),
    *(2996, 3689, 5689),
)  # fmt: skip
# A buyer's rate: gamma of shape 0.7 and mean 1.
RATES = (
    *(0, 6, 17, 31, 47, 66, 86, 108, 132, 158, 185, 215, 246, 280, 316, 354, 394, 437, 482, 530, 582),
    *(637, 696, 759, 826, 899, 978, 1064, 1157, 1260, 1374, 1500, 1644, 1808, 1999, 2228, 2510, 2878),
    *(3404, 4315, 6997),
)  # fmt: skip
# The chance to be gone after a repeat order: beta of 0.8 and 4.2.
GONE = (
    *(0, 2, 5, 9, 13, 17, 22, 26, 32, 37, 43, 48, 55, 61, 68, 75, 82, 90, 98, 106, 115, 124, 134, 144),
    *(155, 166, 179, 191, 205, 220, 236, 254, 273, 294, 318, 345, 377, 417, 468, 547, 718),
)  # fmt: skip
# A buyer's level of spending: inverse gamma of shape 4 and mean 1.
LEVELS = (
    *(0, 342, 387, 420, 449, 475, 499, 522, 544, 566, 587, 609, 630, 652, 673, 696, 719, 742, 766, 791),
    *(817, 844, 873, 902, 934, 968, 1004, 1043, 1085, 1132, 1183, 1241, 1306, 1382, 1471, 1580, 1719),
    *(1908, 2196, 2753, 5051),
)  # fmt: skip
# One order beside that level: gamma of shape 6 and mean 1.
SIZES = (
    *(0, 367, 436, 485, 525, 561, 593, 623, 651, 677, 703, 728, 753, 777, 801, 825, 848, 872, 896, 920),
    *(945, 970, 996, 1022, 1049, 1077, 1106, 1136, 1168, 1201, 1237, 1276, 1318, 1364, 1416, 1475, 1546),
    *(1633, 1752, 1945, 2456),
)  # fmt: skip


class Shop:
    """Writes the orders of prospects."""

    def __init__(self, dice: Dice, calendar: Calendar, export: Export) -> None:
        """Keep where to write."""
        self.dice = dice
        self.calendar = calendar
        self.table: Table = export["Order"]

    def write_orders(self, prospects: list[Prospect]) -> None:
        """Write what some of the prospects bought since their first order."""
        for who in prospects:
            if self.dice.chance(BUYER_SHARE):
                self._write_buyer(who)

    def _write_buyer(self, who: Prospect) -> None:
        dice = self.dice
        rate = ORDERS_A_DAY * max(dice.quantile(RATES), 1)
        gone = dice.quantile(GONE)
        level = ORDER_SIZE[who.segment] * dice.quantile(LEVELS) / 1000.0
        day = float(who.created + dice.between(0, FIRST_ORDER_WITHIN_DAYS))
        is_first = True
        while day <= self.calendar.as_of:
            self._write_day(who, int(day), level)
            if not is_first and dice.between(1, 1000) <= gone:
                return
            is_first = False
            day += dice.quantile(WAITS) / rate

    def _write_day(self, who: Prospect, day: int, level: float) -> None:
        dice, as_of = self.dice, self.calendar.as_of
        # What was ordered at a weekend takes effect on the Monday.
        day += 7 - day % 7 if day % 7 > 4 else 0
        for _ in range(1 + dice.chance(SECOND_ORDER_SHARE)):
            amount = max(int(level * dice.quantile(SIZES) / 10_000.0) * 10, 10)
            refunded = day + dice.between(5, 25)
            is_draft, is_refunded = dice.chance(DRAFT_SHARE), dice.chance(REFUND_SHARE)
            if day > as_of:
                continue
            order_id = self._write_order(who, day, amount, "", is_draft=is_draft)
            if is_refunded and not is_draft and refunded <= as_of:
                self._write_order(who, refunded, -amount, order_id)

    def _write_order(
        self, who: Prospect, day: int, amount: int, original_id: str, *, is_draft: bool = False
    ) -> str:
        order_id = self.table.new_id()
        status = "Draft" if is_draft else "Activated"
        entered = self.calendar.working_hour(day, self.dice.uniform())
        self.table.add(
            (
                order_id,
                NULL_LOOKUP,
                who.account_id,
                original_id or NULL_LOOKUP,
                self.calendar.midnight(day),
                "1" if original_id else "0",
                status,
                status,
                who.currency,
                f"{self.table.last_number():08d}",
                f"{amount}.00",
                entered,
                "0",
                entered,
            )
        )
        return order_id
