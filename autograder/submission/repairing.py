"""Repairs collected sources in place. Runs in a process of its own: notebooks are complicated."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.submission.names import is_notebook
from autograder.submission.repair import UnreadableNotebook, repair_notebook, repair_script


def repaired(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A record for each of the `paths` in `folder`, in that order: `remarks` on what was repaired, or the `problem` that makes it
    unreadable, or the error number (`disk`) if it could not be written."""
    for path in given["paths"]:
        file = Path(given["folder"], path)
        data = file.read_bytes()
        try:
            mended = repair_notebook(data) if is_notebook(path) else repair_script(data)
        except UnreadableNotebook as reason:
            yield {"problem": str(reason)}
            continue
        try:
            if mended.data != data:
                file.write_bytes(mended.data)
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise
            yield {"disk": error.errno}
        else:
            yield {"remarks": mended.remarks}
