"""The next 13 weeks: customers lost, MRR and tiers, with intervals and how good such forecasts were."""

import streamlit as st

from ui.filters import get_view
from ui.forecast.heading import load_ahead, show_heading, show_lost, show_mrr
from ui.forecast.people import show_people, show_tiers
from ui.forecast.proof import show_backtest, show_method
from ui.lacking import show_lacking
from ui.parts import show_parts

view = get_view()
ahead = load_ahead(view)
if ahead is None:
    show_lacking("forecast", view)
    st.stop()

show_heading(ahead, view)
lost, mrr = st.columns(2, gap="medium")
with lost:
    show_lost(ahead, view)
with mrr:
    show_mrr(ahead, view)
st.divider()
show_parts(
    {
        "who may leave": show_people,
        "tiers": show_tiers,
        "how good it was": show_backtest,
        "how it is made": show_method,
    },
    ahead,
    view,
)
show_lacking("forecast", view)
