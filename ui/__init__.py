"""What pages are made of: filters, cards, tables, definitions. Imports Streamlit."""
