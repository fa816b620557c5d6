"""Package and tests are typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_mypy_has_nothing_to_say() -> None:
    home = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=home, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
