"""The merchandiser's workbook: one adapter per kind, and what a new workbook is made of."""
