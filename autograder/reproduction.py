"""The assignment's own experiments, run by the reference solutions epoch by epoch.

The assignment names a module of its reference with `EXPERIMENTS`, `TABLES` and `FIGURES`. After each epoch the weights and the
figures so far are stored, so an interrupted run resumes with the next epoch. Each epoch has its own seed, so that an interrupted
run ends with the same figures as an uninterrupted one.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder import data
from autograder.results import write_atomically
from autograder.worker.probing.loaders import MemoryLoader
from autograder.worker.session import set_seed

BATCH_SIZE = 128


@dataclass(frozen=True)
class Progress:
    """What is known about one experiment: its epochs so far, the figures of each by name, and the seconds that they took."""

    name: str
    epochs: int
    done: int = 0
    history: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    seconds: float = 0.0
    parameters: int = 0
    machine: str = ""

    @property
    def finished(self) -> bool:
        return self.done >= self.epochs

    def figure(self, name: str) -> float | None:
        """The figure of this name: the last epoch's, or 'seconds' or 'parameters'; None before the last epoch."""
        if name == "parameters":
            return self.parameters if self.done else None
        if not self.finished:
            return None
        return self.seconds if name == "seconds" else float(self.history[name][-1])


def run(experiment: Any, folder: Path, *, seed: int = 0, sample: bool = False) -> Iterator[Progress]:
    """Run an experiment's missing epochs, storing each in `folder`; yields the progress before the first and after each.

    Raises data.DataError when the data set is not there.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    set_seed(seed)
    model, optimizer = experiment.start()
    progress = read(folder, experiment)
    if progress.done:
        state = torch.load(_weights(folder, progress), map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
    yield progress
    while not progress.finished:
        epoch_seed = 1000 * seed + progress.done
        train_loader, test_loader = _loaders(experiment.data, epoch_seed, sample, device)
        set_seed(epoch_seed)
        started = time.perf_counter()
        values = experiment.epoch(model, optimizer, train_loader, test_loader)
        progress = Progress(
            experiment.name,
            experiment.epochs,
            progress.done + 1,
            {name: [*progress.history.get(name, ()), value] for name, value in values.items()},
            progress.seconds + time.perf_counter() - started,
            sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad),
            _machine(device),
        )
        _store(folder, progress, {"model": model.state_dict(), "optimizer": optimizer.state_dict()})
        yield progress


def read(folder: Path, experiment: Any) -> Progress:
    """The progress of an earlier run of an experiment; no epochs if there is none, or one with another number of epochs."""
    fresh = Progress(experiment.name, experiment.epochs)
    try:
        stored = Progress(**json.loads(_figures(folder, experiment.name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return fresh
    return stored if stored.epochs == experiment.epochs else fresh


def _store(folder: Path, progress: Progress, state: Mapping[str, Any]) -> None:
    """Stores the weights first, under a name per epoch, so that stored figures always have their weights."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = _weights(folder, progress)
    torch.save(dict(state), weights)
    write_atomically(_figures(folder, progress.name), json.dumps(asdict(progress), indent=1))
    for other in folder.glob(f"{_file_name(progress.name)}.*.pt"):
        if other != weights:
            other.unlink()


def _figures(folder: Path, name: str) -> Path:
    return folder / f"{_file_name(name)}.json"


def _weights(folder: Path, progress: Progress) -> Path:
    return folder / f"{_file_name(progress.name)}.{progress.done}.pt"


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower())


def _loaders(name: str, seed: int, sample: bool, device: torch.device) -> tuple[MemoryLoader, MemoryLoader]:
    train, test = (data.open_set(name, split, sample=sample) for split in ("train", "test"))
    flatten = np.ndim(train.images) == 3  # grey images go to multilayer perceptrons
    return (
        MemoryLoader(
            train.images, train.labels, batch_size=BATCH_SIZE, shuffle=True, seed=seed, flatten=flatten, device=device
        ),
        MemoryLoader(test.images, test.labels, batch_size=500, flatten=flatten, device=device),
    )


def _machine(device: torch.device) -> str:
    threads = torch.get_num_threads()
    name = torch.cuda.get_device_name() if device.type == "cuda" else f"CPU, {threads} thread{'s'[: threads > 1]}"
    return f"{name}; torch {torch.__version__}; Python {platform.python_version()}"
