"""Tables from numbers: pure functions, no database and no Streamlit."""
