"""Records the texts and tables that student code has written to files, such as a script's results."""

from __future__ import annotations

import contextlib
import csv
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from autograder.worker.tracing.cells import text_of_markup
from autograder.worker.tracing.printing import MAX_TEXT

TEXTS: Final = (".md", ".markdown", ".txt", ".log")
MARKUP: Final = (".html", ".htm")
TABLES: Final = {".csv": ",", ".tsv": "\t"}
MAX_PATHS: Final = 20_000
MAX_FILES: Final = 20
MAX_TEXTS: Final = 200  # of all existing files, the first by name
MAX_BYTES: Final = 200_000
MAX_ROWS: Final = 200


class Written:
    """The files below a folder that were written since this was created; of one that has grown, what was added."""

    def __init__(self, folder: Path, source: str) -> None:
        self._folder = folder
        self._place = {"source": source, "cell": 0, "line": 0, "run_in": 0}
        self._before = self._texts()

    def emit(self, emit: Callable[[dict[str, Any]], None]) -> None:
        """Record their contents. A file that can't be parsed is left out."""
        new = {path: text for path, text in self._texts().items() if text != self._before.get(path)}
        for path, text in itertools.islice(new.items(), MAX_FILES):
            with contextlib.suppress(csv.Error):
                self._emit_one(path.suffix.casefold(), text.removeprefix(self._before.get(path, "")), emit)

    def _emit_one(self, kind: str, text: str, emit: Callable[[dict[str, Any]], None]) -> None:
        if kind in TABLES:
            rows = list(itertools.islice(csv.reader(text.splitlines(), delimiter=TABLES[kind]), MAX_ROWS))
            emit({"what": "table", "place": self._place, "rows": rows})
        else:
            plain = text_of_markup(text) if kind in MARKUP else text
            emit({"what": "printed", "place": self._place, "text": plain[:MAX_TEXT]})

    def _texts(self) -> dict[Path, str]:
        found: dict[Path, str] = {}
        for path in sorted(itertools.islice(self._folder.rglob("*"), MAX_PATHS)):
            if len(found) == MAX_TEXTS:
                break
            with contextlib.suppress(OSError):
                kind = path.suffix.casefold() in (*TEXTS, *MARKUP, *TABLES)
                if kind and path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_BYTES:
                    found[path] = path.read_text(encoding="utf-8", errors="replace")
        return found
