"""The nbgrader ids of a kit's cells."""

from __future__ import annotations

import re


def grade_id(name: str) -> str:
    """An item's or a function's name with "-" for characters that nbgrader allows in no id: "1B-analysis" for "1B.analysis"."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)
