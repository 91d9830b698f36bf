"""Makes the packages of an assignment, such as its probes, importable for its checks and judges, and unloads another one's."""

from __future__ import annotations

import sys
from pathlib import Path


def make_importable(folder: Path) -> None:
    """Let checks and judges import the packages in `folder`; another assignment's modules of these names are unloaded."""
    for package in folder.glob("*/__init__.py"):
        forget_namesakes(package.parent.name, folder)
    sys.path[:] = [str(folder), *(entry for entry in sys.path if entry != str(folder))]


def forget_namesakes(package: str, folder: Path) -> None:
    """Unload this package and its modules if they lie outside `folder`: they are another assignment's."""
    for name, module in list(sys.modules.items()):
        elsewhere = not Path(getattr(module, "__file__", None) or "").is_relative_to(folder)
        if f"{name}.".startswith(f"{package}.") and elsewhere:
            del sys.modules[name]
