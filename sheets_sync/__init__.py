"""sheets_sync: a cart's products in a spreadsheet, from there to TikTok Shop, and every result back in its row."""

__version__ = "0.1.0"
