"""The GPUs of this machine, without starting CUDA in the grader: it computes on the CPU and leaves them to student code."""

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
    """The GPUs that NVIDIA's driver knows; none where there is no driver, or it does not answer."""
    try:
        done = subprocess.run(QUERY, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = (line.partition(",") for line in done.stdout.splitlines())
    return tuple(Gpu(index.strip(), name.strip()) for index, comma, name in rows if comma)


def chosen(wanted: str) -> tuple[Gpu, ...]:
    """The GPUs of a list such as "0,1", or those that this user sees for "all".

    Raises SandboxUnavailable where one of them isn't there.
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
    """What the card is called."""
    return next((gpu.name for gpu in installed() if gpu.index == index), "a GPU that is gone")


def hide_from_this_process() -> None:
    """Let this process and those that it starts compute on the CPU, unless told otherwise.

    The reference then answers alike on every machine, no memory of a GPU is taken by the grader, and nothing that it forks or
    starts finds CUDA half-started.
    """
    os.environ[VISIBLE] = ""
