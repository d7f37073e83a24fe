"""Only the check itself loads pandas: codes and barcodes are for everyone."""

import subprocess
import sys


def test_codes_and_barcodes_load_no_frames():
    script = (
        "import sys, sheets_sync.cells, sheets_sync.rows.parse\n"
        "import sheets_sync.validation.barcodes, sheets_sync.validation.codes\n"
        "print(sorted({'pandas', 'pandera', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
