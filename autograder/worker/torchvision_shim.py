"""Lets `import torchvision` work where its compiled extension cannot load.

Package registries have torchvision linked against CUDA. With a CPU build of torch its extension fails to
load, and `import torchvision` fails with "operator torchvision::nms does not exist", although data sets,
transforms and models need no compiled code. Declaring the schemas of the operators that the import looks for
is enough for those; the detection operators of `torchvision.ops` stay unavailable.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

import torch

OPERATORS: Final = ("nms", "qnms")  # torchvision 0.28 registers fake kernels for these two on import
SCHEMA: Final = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def make_importable() -> None:
    """Make `import torchvision` work from now on, without importing it.

    Cheap: it tries to load one shared library and imports nothing. Call it before the first import of
    torchvision; it still helps after a failed one. It changes nothing if the extension loads or torchvision
    isn't installed.
    """
    if "torchvision" not in sys.modules:
        _declare_missing_operators()


@functools.cache
def _declare_missing_operators() -> torch.library.Library | None:
    """The library object of the declarations: they live as long as it does, so the cache keeps it."""
    package = importlib.util.find_spec("torchvision")
    if package is None or package.origin is None or _extension_loads(Path(package.origin).parent):
        return None
    for name in [name for name in sys.modules if name.startswith("torchvision.")]:
        del sys.modules[name]  # left over from an import that failed
    library = torch.library.Library("torchvision", "DEF")
    for operator in OPERATORS:
        library.define(operator + SCHEMA)
    return library


def _extension_loads(folder: Path) -> bool:
    extension = PathFinder.find_spec("_C", [str(folder)])
    if extension is None or extension.origin is None:
        return False
    try:
        torch.ops.load_library(extension.origin)
    except (ImportError, OSError):
        return False
    return True
