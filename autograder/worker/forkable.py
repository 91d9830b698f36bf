"""Whether a process may fork: it must not have started CUDA, nor the threads in which PyTorch computes gradients on a GPU.

Neither survives a fork. A fork that then computes on the GPU hangs, or gets the error that CUDA can't be started again. So
a process that forks only imports, and each fork starts CUDA for itself.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Final

TASKS: Final = Path("/proc/self/task")  # a folder for each thread of this process
THREADS: Final = ("pt_autograd", "cuda-", "cuda0")  # names of the threads of PyTorch's engine and CUDA's driver


class NotForkable(RuntimeError):
    """A fork of this process could not use the GPU. The message says what was started."""


def check() -> None:
    """Raises NotForkable if CUDA, or a thread that it needs, has been started in this process."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        raise NotForkable("CUDA has been started in a process that forks; only its forks may start it")
    if found := sorted(name for name in thread_names() if name.startswith(THREADS)):
        raise NotForkable(
            f"a process that forks has started threads for the GPU ({', '.join(found)}); only its forks may"
        )


def thread_names() -> list[str]:
    """The kernel's names of this process's threads; none if there is no /proc."""
    names = []
    for task in TASKS.glob("*"):
        with contextlib.suppress(OSError):  # one that has just ended
            names.append((task / "comm").read_text().strip())
    return names
