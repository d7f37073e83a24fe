"""sheets_sync: a cart's products in a spreadsheet, from there to TikTok Shop, and every result back in its row."""

import logging

__version__ = "0.1.0"

logging.getLogger(__name__).addHandler(logging.NullHandler())  # a run's log is a file; without one nothing is shown
