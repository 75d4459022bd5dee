"""From the CSV files of a CRM to the tables that the metrics read."""
