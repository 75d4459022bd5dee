"""What a customer is worth, how sure that is, on which assumptions, and against what it cost."""

import streamlit as st

from ui.filters import get_view
from ui.lacking import show_lacking
from ui.lifetime.assumptions import show_assumptions, show_variations
from ui.lifetime.costs import show_costs
from ui.lifetime.historic import show_historic
from ui.lifetime.move_value import PART as MOVES
from ui.lifetime.move_value import show_move_value
from ui.lifetime.observed import show_curve, show_trend, show_values
from ui.lifetime.orders import has_orders, show_orders
from ui.lifetime.projected import show_backtest, show_projection, show_promise
from ui.lifetime.tier_value import PART, show_tier_value
from ui.lifetime.worth import load_worth, show_heading
from ui.parts import show_parts

view = get_view()
worth = load_worth(view)
if worth is None:
    if has_orders(view):
        show_parts({"orders": show_orders, "margin so far": show_historic}, None, view)
    show_lacking("lifetime", view)
    st.stop()

show_heading(worth, view)
show_promise(worth, view)
curve, values = st.columns(2, gap="medium")
with curve:
    show_curve(worth, view)
with values:
    show_values(worth, view)
st.divider()
show_parts(
    {
        "projection": show_projection,
        "backtest": show_backtest,
        "assumptions": show_assumptions,
        "other assumptions": show_variations,
        "cost and payback": show_costs,
        "by quarter": show_trend,
        PART: show_tier_value,
        MOVES: show_move_value,
        "orders": show_orders,
        "margin so far": show_historic,
    },
    worth,
    view,
)
show_lacking("lifetime", view)
