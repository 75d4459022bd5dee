"""What leaves the product: tables as CSV, JSON and text. No Streamlit here."""
