"""The GPUs of this machine, found without starting CUDA in the grader: it computes on the CPU and leaves them to student code."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import Final

from autograder.sandbox.records import SandboxUnavailable

VISIBLE: Final = "CUDA_VISIBLE_DEVICES"
ALL: Final = "all"
QUERY: Final = ("nvidia-smi", "--query-gpu=index,name", "--format=csv,noheader")


@dataclass(frozen=True)
class Gpu:
    index: str  # as CUDA_VISIBLE_DEVICES takes it
    name: str  # of the card


def installed() -> tuple[Gpu, ...]:
    """The GPUs that NVIDIA's driver knows; none if there is no driver or it does not answer."""
    try:
        done = subprocess.run(QUERY, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = (line.partition(",") for line in done.stdout.splitlines())
    return tuple(Gpu(index.strip(), name.strip()) for index, comma, name in rows if comma)


def chosen(wanted: str) -> tuple[Gpu, ...]:
    """The GPUs in a list such as "0,1", or those visible to this user for "all".

    Raises SandboxUnavailable if one of them doesn't exist.
    """
    there = {gpu.index: gpu for gpu in installed()}
    if not there:
        raise SandboxUnavailable("this machine has no GPU that `nvidia-smi` lists; without --gpus the CPU is used")
    seen = os.environ.get(VISIBLE, ",".join(there))
    indices = [word.strip() for word in (seen if wanted == ALL else wanted).split(",") if word.strip()]
    unknown = [index for index in indices if index not in there]
    if unknown or not indices:
        named = f"no GPU {', '.join(unknown)}" if unknown else f"no GPU in {VISIBLE}"
        raise SandboxUnavailable(
            f"{named}; `nvidia-smi` lists {', '.join(f'{g.index} ({g.name})' for g in there.values())}"
        )
    return tuple(there[index] for index in dict.fromkeys(indices))


def name_of(index: str) -> str:
    """The name of the card."""
    return next((gpu.name for gpu in installed() if gpu.index == index), "a GPU that is gone")


def hide_from_this_process() -> None:
    """Let this process and those that it starts compute on the CPU, unless told otherwise.

    The reference then gives the same answers on every machine, the grader takes no GPU memory, and no child process finds CUDA
    half-initialised.
    """
    os.environ[VISIBLE] = ""
