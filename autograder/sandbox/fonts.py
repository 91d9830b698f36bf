"""Matplotlib's font list: without it, each process that draws measures all fonts of the machine again, which takes seconds.

It is made once, by matplotlib itself, from the fonts that student code can see: matplotlib's own and the system's.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import importlib.metadata
import os
import tempfile
from pathlib import Path
from typing import Any, Final

import platformdirs

SYSTEM: Final = "/usr/"


@functools.cache
def font_list() -> Path | None:
    """The file, with the name that matplotlib looks for; None if it can't be stored on this machine.

    A font installed later is included with the next version of matplotlib; a removed font does no harm, since matplotlib searches
    again for what is missing.
    """
    folder = platformdirs.user_cache_path("autograder") / "fonts" / importlib.metadata.version("matplotlib")
    try:
        return next(folder.glob("fontlist-*.json"), None) or _made(folder)
    except (OSError, ValueError):
        return None


def _made(folder: Path) -> Path:
    import matplotlib  # not at the top: it is slow, and needed once
    from matplotlib import font_manager

    fonts: Any = copy.copy(font_manager.fontManager)
    visible = (matplotlib.get_data_path(), SYSTEM)
    for kind in ("ttflist", "afmlist"):
        setattr(fonts, kind, [font for font in getattr(fonts, kind) if font.fname.startswith(visible)])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"fontlist-v{font_manager.FontManager.__version__}.json"
    handle, unfinished = tempfile.mkstemp(dir=folder, suffix=".part")
    os.close(handle)
    try:
        font_manager.json_dump(fonts, unfinished)
        os.chmod(unfinished, 0o644)  # student code runs as another user
        os.replace(unfinished, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished)
    return path
