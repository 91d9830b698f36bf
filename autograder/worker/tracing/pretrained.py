"""Lets a run go on where a network's published weights would have to be downloaded, and remembers which were asked for.

There is no network in a sandbox. A module that asks for weights that are not on this machine keeps its random ones, so that what
comes after it is seen; how well it does in the run says nothing then.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final

from torch import nn

from autograder.worker.library_data import change_when_loaded
from autograder.worker.tracing.modules import inner

HUB_OF_TORCHVISION: Final = "pytorch/vision"
ONLY_OF_HUB: Final = ("source", "trust_repo", "force_reload", "verbose", "skip_validation")


class Weights(dict[str, Any]):
    """A published state dict with its name; empty where it is not on this machine."""

    def __init__(self, name: str, state: Mapping[str, Any]) -> None:
        super().__init__(state)
        self.name = name


class MissingFile(str):
    """Stands for the path of a file of weights that is not on this machine."""


class Pretrained:
    """The names of the published weights that modules were given, or were to be given."""

    def __init__(self) -> None:
        self._given: list[
            tuple[nn.Module, str]
        ] = []  # holds the modules, so that no other one gets the identity of one

    def give(self, module: nn.Module, name: str) -> None:
        self._given.append((module, name))

    def of(self, module: nn.Module) -> str:
        """The name of the weights that a module, or a part of it, was to be given; empty where there are none."""
        parts = {id(each) for each in inner(module)}
        return next((name for given, name in self._given if parts & {id(each) for each in inner(given)}), "")


def watch(pretrained: Pretrained) -> None:
    """From now on, weights that can't be had are left out, and `pretrained` knows which were wanted."""
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
            pretrained.give(self, state_dict.name)
            if not state_dict:
                return None
        return original(self, state_dict, *arguments, **keywords)

    nn.Module.load_state_dict = load_state_dict  # type: ignore[method-assign]


def _change_torchvision(module: ModuleType) -> None:
    original = module.WeightsEnum.get_state_dict

    @functools.wraps(original)
    def get_state_dict(self: Any, *arguments: Any, **keywords: Any) -> Weights:
        try:
            return Weights(repr(self), original(self, *arguments, **keywords))
        except (OSError, RuntimeError):  # no network, or a file that was cut off
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
        except Exception:  # of its own kind
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
