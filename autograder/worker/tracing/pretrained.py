"""Lets a run go on if a network's published weights would have to be downloaded, and remembers which were requested.

There is no internet in a sandbox. A module that requests weights that are not on this machine keeps its random ones, so that the
rest of the run is seen; its accuracy in the run then means nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.library_data import change_when_loaded
from autograder.worker.tracing.modules import is_keras, unregistered_weights

HUB_OF_TORCHVISION: Final = "pytorch/vision"
SAMPLE: Final = 256  # numbers of a weight by which it is recognised
ALIKE: Final = 0.3  # least correlation of a weight with its former self; other weights reach about that at most
ONLY_OF_HUB: Final = ("source", "trust_repo", "force_reload", "verbose", "skip_validation")


class Weights(dict[str, Any]):
    """A published state dict with its name; empty if it is not on this machine."""

    def __init__(self, name: str, state: Mapping[str, Any]) -> None:
        super().__init__(state)
        self.name = name


class MissingFile(str):
    """The path of a file of weights that is not on this machine."""


@dataclass(frozen=True, eq=False)
class Published:
    """A module that was given published weights: their name, and by each weight's id some of its numbers at that time."""

    name: str
    module: nn.Module  # kept alive, so that no other weight gets the id of one
    samples: Mapping[int, torch.Tensor]


@dataclass(frozen=True)
class Given:
    """The published weights that a network has: their name, those of its own matrices and filters that have them, and how many
    the published network has."""

    name: str = ""
    weights: tuple[str, ...] = ()
    of: int = 0


class Pretrained:
    """The published weights that modules were given, or should have been given."""

    def __init__(self) -> None:
        self._published: list[Published] = []

    def give(self, module: nn.Module, name: str) -> None:
        """Note that a module now has the weights of this name, or the random ones in their place."""
        samples = {id(weight): _sample(weight) for _, weight in _matrices(module)}
        self._published.append(Published(name, module, samples))

    def of(self, module: nn.Module) -> str:
        """The name of the weights that a module, or a part of it, was given; empty if there are none."""
        return self.given_to(module).name

    def given_to(self, module: nn.Module) -> Given:
        """The published weights that a module still has, in the same layers or in copies of them."""
        found = [_shared(each, _matrices(module)) for each in self._published]
        return max(found, key=lambda each: len(each.weights), default=Given())


def _shared(published: Published, weights: Sequence[tuple[str, torch.Tensor]]) -> Given:
    copies = {_key(sample) for sample in published.samples.values()}
    names = []
    for name, weight in weights:
        sample, before = _sample(weight), published.samples.get(id(weight))
        if _key(sample) in copies or (before is not None and _is_like(sample, before)):
            names.append(name)
    return Given(published.name, tuple(names), len(published.samples)) if names else Given()


def _matrices(module: nn.Module) -> list[tuple[str, torch.Tensor]]:
    """The weights of a module's layers, without biases and normalisation parameters."""
    every = [*module.named_parameters(), *unregistered_weights(module).items()]
    if is_keras(module):  # its modules may not have registered the weights of nested layers
        known = {id(weight) for _, weight in every}
        own = ((each.path, each.value) for each in module.weights)  # type: ignore[union-attr]
        every += [(name, weight) for name, weight in own if id(weight) not in known]
    return [(name, weight) for name, weight in every if weight.dim() > 1 and weight.is_floating_point()]


def _sample(weight: torch.Tensor) -> torch.Tensor:
    """At most `SAMPLE` numbers of a weight, from all over it."""
    flat = weight.detach().reshape(-1)
    return flat[:: max(1, len(flat) // SAMPLE)][:SAMPLE].float().cpu().clone()


def _key(sample: torch.Tensor) -> bytes:
    return sample.numpy().tobytes()


def _is_like(sample: torch.Tensor, before: torch.Tensor) -> bool:
    """Whether a weight is unchanged or was trained further: one that was drawn anew does not correlate."""
    one, other = sample - sample.mean(), before - before.mean()
    size = float(one.norm() * other.norm())
    return size == 0 or float(one @ other) / size > ALIKE


def watch(pretrained: Pretrained) -> None:
    """From now on, unavailable weights are left out, and `pretrained` knows which were requested."""
    _watch_state_dicts(pretrained)
    change_when_loaded(
        {
            "torchvision.models._api": _change_torchvision,
            "torch.hub": _change_hub,
            "keras.src.utils.file_utils": _change_files_of_keras,
            "keras.src.models.model": functools.partial(_change_models_of_keras, pretrained=pretrained),
        }
    )


def _watch_state_dicts(pretrained: Pretrained) -> None:
    original = nn.Module.load_state_dict

    @functools.wraps(original)
    def load_state_dict(self: nn.Module, state_dict: Any, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(state_dict, Weights):
            result = original(self, state_dict, *arguments, **keywords) if state_dict else None
            pretrained.give(self, state_dict.name)
            return result
        return original(self, state_dict, *arguments, **keywords)

    nn.Module.load_state_dict = load_state_dict  # type: ignore[method-assign]


def _change_torchvision(module: ModuleType) -> None:
    original = module.WeightsEnum.get_state_dict

    @functools.wraps(original)
    def get_state_dict(self: Any, *arguments: Any, **keywords: Any) -> Weights:
        try:
            return Weights(repr(self), original(self, *arguments, **keywords))
        except (OSError, RuntimeError):  # no internet, or a truncated file
            return Weights(repr(self), {})

    module.WeightsEnum.get_state_dict = get_state_dict


def _change_hub(module: ModuleType) -> None:
    original: Callable[..., Any] = module.load

    @functools.wraps(original)
    def load(repo_or_dir: Any, model: str, *arguments: Any, **keywords: Any) -> Any:
        if not str(repo_or_dir).startswith(HUB_OF_TORCHVISION):
            return original(repo_or_dir, model, *arguments, **keywords)
        import torchvision

        settings = {name: value for name, value in keywords.items() if name not in ONLY_OF_HUB}
        if settings.pop("pretrained", False):
            settings.setdefault("weights", "DEFAULT")
        return torchvision.models.get_model(model, *arguments, **settings)

    vars(module)["load"] = load


def _change_files_of_keras(module: ModuleType) -> None:
    original: Callable[..., Any] = module.get_file

    @functools.wraps(original)
    def get_file(fname: Any = None, *arguments: Any, **keywords: Any) -> Any:
        try:
            return original(fname, *arguments, **keywords)
        except Exception:  # Keras raises plain `Exception`
            if str(fname).endswith((".h5", ".keras")):
                return MissingFile(fname)
            raise

    vars(module)["get_file"] = get_file


def _change_models_of_keras(module: ModuleType, pretrained: Pretrained) -> None:
    original = module.Model.load_weights

    @functools.wraps(original)
    def load_weights(self: Any, filepath: Any, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(filepath, MissingFile):
            return pretrained.give(self, str(filepath))
        return original(self, filepath, *arguments, **keywords)

    module.Model.load_weights = load_weights
