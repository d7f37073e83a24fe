"""The merchandiser's workbook as a Google Sheet: the adapter of the port `Workbook` on `gsheets/`."""
