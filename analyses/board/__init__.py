"""The board pack: one document of frozen values, from which deck, workbook, presentation and PDF are made."""
