"""The environment variables of student code, and the folder of torch's pre-trained weights on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from autograder.sandbox import gpus
from autograder.sandbox.records import Launch

MATPLOTLIB: Final = ".matplotlib"  # matplotlib's folder, in the home of student code
NICE: Final = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "",
    "MPLBACKEND": "Agg",
}


def environment(launch: Launch, home: str, path: str) -> dict[str, str]:
    """A small, fixed environment: no credentials, no proxies, no user settings."""
    # The driver is asked whether there is a GPU: asking CUDA would initialise it, and it would then fail in every fork.
    without_starting_cuda = {"PYTORCH_NVML_BASED_CUDA_CHECK": "1"} if launch.gpu else {}
    return {
        "HOME": home,
        "PATH": path,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": str(launch.threads),
        "MPLCONFIGDIR": os.path.join(home, MATPLOTLIB),
        "KERAS_BACKEND": "torch",
        "AUTOGRADER": "1",
        **NICE,
        gpus.VISIBLE: launch.gpu,
        **without_starting_cuda,
    }


def torch_home() -> Path:
    """Torch's cache folder on this machine, by torch's own rules; student code can read its pre-trained weights."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    return Path(os.environ.get("TORCH_HOME", os.path.join(cache, "torch"))).expanduser()
