"""Runs the double by itself: `python -m tests.google_double account.json` writes a service account's file and says
where everything is, as one line of JSON. It ends with its standard input."""

import json
import sys
from pathlib import Path

from . import GoogleDouble

with GoogleDouble(keep_bodies=False) as google:
    account = google.service_account_file(Path(sys.argv[1] if len(sys.argv) > 1 else "account.json"))
    sheet = google.new_spreadsheet("商品", shared_with=[google.EMAIL], locale="ja_JP", time_zone="Asia/Tokyo")
    sys.stdout.write(json.dumps({"url": google.url, "account": str(account), "spreadsheet": sheet.id}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
