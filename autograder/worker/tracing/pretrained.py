"""Lets a run go on if a network's published weights would have to be downloaded, and remembers which were requested.

There is no internet in a sandbox. A module that requests weights that are not on this machine keeps random ones, so that the rest
of the run is seen; its accuracy in the run then means nothing. A file of torchvision's that code asks for itself is replaced by
random weights with the same names and shapes, so that code can leave some out, rename them and load the rest.
"""

from __future__ import annotations

import functools
import re
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
SEED: Final = 860_417  # not one that students choose: what they draw must be unlike it
FILE: Final = re.compile(r"([^/]+)\.pth$")
ONLY_OF_HUB: Final = ("source", "trust_repo", "force_reload", "verbose", "skip_validation")


class Weights(dict[str, Any]):
    """A published state dict with its name; a random one if it is not on this machine, or empty if its form is not known."""

    def __init__(self, name: str, state: Mapping[str, Any]) -> None:
        super().__init__(state)
        self.name = name


class MissingFile(str):
    """The path of a file of weights that is not on this machine."""


@dataclass(frozen=True, eq=False)
class Published:
    """A module or a state dict that was given published weights: their name, by each weight's id some of its numbers at that
    time, and how many the published network has."""

    name: str
    owner: Any  # kept alive, so that no other weight gets the id of one
    samples: Mapping[int, torch.Tensor]
    of: int


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
        self._files: list[Published] = []  # state dicts that code has read

    def give(self, module: nn.Module, name: str) -> None:
        """Note that a module now has the weights of this name, or the random ones in their place."""
        samples = {id(weight): _sample(weight) for _, weight in _matrices(module)}
        self._published.append(Published(name, module, samples, len(samples)))

    def read(self, weights: Weights) -> Weights:
        """Note that code has read a published state dict. Returns it."""
        samples = {id(each): _sample(each) for each in weights.values() if _is_matrix(each)}
        if samples:
            self._files.append(Published(weights.name, weights, samples, len(samples)))
        return weights

    def loaded(self, module: nn.Module) -> None:
        """Note which weights of a state dict that code has read a module has now, after another one was loaded into it."""
        weights = _matrices(module) if self._files else []
        for file in reversed(self._files):
            if own := {*_shared(file, weights).weights}:
                samples = {id(weight): _sample(weight) for name, weight in weights if name in own}
                self._published.append(Published(file.name, module, samples, file.of))
                return

    def of(self, module: nn.Module) -> str:
        """The name of the weights that a module, or a part of it, was given; empty if there are none."""
        return self.given_to(module).name

    def given_to(self, module: nn.Module) -> Given:
        """The published weights that a module still has, in the same layers or in copies of them."""
        weights = _matrices(module) if self._published else []
        found = [_shared(each, weights) for each in self._published]
        return max(found, key=lambda each: len(each.weights), default=Given())


def _shared(published: Published, weights: Sequence[tuple[str, torch.Tensor]]) -> Given:
    copies = {_key(sample) for sample in published.samples.values()}
    names = []
    for name, weight in weights:
        sample, before = _sample(weight), published.samples.get(id(weight))
        if _key(sample) in copies or (before is not None and _is_like(sample, before)):
            names.append(name)
    return Given(published.name, tuple(names), published.of) if names else Given()


def _matrices(module: nn.Module) -> list[tuple[str, torch.Tensor]]:
    """The weights of a module's layers, without biases and normalisation parameters."""
    every = [*module.named_parameters(), *unregistered_weights(module).items()]
    if is_keras(module):  # its modules may not have registered the weights of nested layers
        known = {id(weight) for _, weight in every}
        own = ((each.path, each.value) for each in module.weights)  # type: ignore[union-attr]
        every += [(name, weight) for name, weight in own if id(weight) not in known]
    return [(name, weight) for name, weight in every if _is_matrix(weight)]


def _is_matrix(weight: Any) -> bool:
    return isinstance(weight, torch.Tensor) and weight.dim() > 1 and weight.is_floating_point()


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
            "torchvision.models._api": functools.partial(_change_torchvision, pretrained=pretrained),
            "torch.hub": functools.partial(_change_hub, pretrained=pretrained),
            "keras.src.utils.file_utils": _change_files_of_keras,
            "keras.src.models.model": functools.partial(_change_models_of_keras, pretrained=pretrained),
        }
    )


def _watch_state_dicts(pretrained: Pretrained) -> None:
    original = nn.Module.load_state_dict

    @functools.wraps(original)
    def load_state_dict(self: nn.Module, state_dict: Any, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(state_dict, Weights) and not state_dict:
            return pretrained.give(self, state_dict.name)
        result = original(self, state_dict, *arguments, **keywords)
        pretrained.loaded(self)
        return result

    nn.Module.load_state_dict = load_state_dict  # type: ignore[method-assign]


def _change_torchvision(module: ModuleType, pretrained: Pretrained) -> None:
    original = module.WeightsEnum.get_state_dict

    @functools.wraps(original)
    def get_state_dict(self: Any, *arguments: Any, **keywords: Any) -> Weights:
        try:
            state = original(self, *arguments, **keywords)
        except (OSError, RuntimeError):  # no internet, or a truncated file
            state = _stand_in(self.url) or {}
        return pretrained.read(Weights(repr(self), state))

    module.WeightsEnum.get_state_dict = get_state_dict


def _stand_in(url: str) -> dict[str, torch.Tensor] | None:
    """Random weights for a file such as '.../resnet18-f37072fd.pth', with the names and shapes of its network; None if none of
    torchvision's has such a file. No global random generator advances."""
    import torchvision

    file = FILE.search(url)
    names = [name for name in torchvision.models.list_models(torchvision.models) if file and file[1].startswith(name)]
    if not names:
        return None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return dict(torchvision.models.get_model(max(names, key=len), weights=None).state_dict())


def _change_hub(module: ModuleType, pretrained: Pretrained) -> None:
    load_model: Callable[..., Any] = module.load
    load_file: Callable[..., Any] = module.load_state_dict_from_url

    @functools.wraps(load_model)
    def load(repo_or_dir: Any, model: str, *arguments: Any, **keywords: Any) -> Any:
        if not str(repo_or_dir).startswith(HUB_OF_TORCHVISION):
            return load_model(repo_or_dir, model, *arguments, **keywords)
        import torchvision

        settings = {name: value for name, value in keywords.items() if name not in ONLY_OF_HUB}
        if settings.pop("pretrained", False):
            settings.setdefault("weights", "DEFAULT")
        return torchvision.models.get_model(model, *arguments, **settings)

    @functools.wraps(load_file)
    def load_state_dict_from_url(url: str, *arguments: Any, **keywords: Any) -> Any:
        try:
            state = load_file(url, *arguments, **keywords)
        except (OSError, RuntimeError):
            state = _stand_in(url)
            if state is None:
                raise
        return pretrained.read(Weights(url.rpartition("/")[2], state)) if isinstance(state, dict) else state

    vars(module).update(load=load, load_state_dict_from_url=load_state_dict_from_url)


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
