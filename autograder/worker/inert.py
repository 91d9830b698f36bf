"""A stand-in for packages that only log or display: it does nothing, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FunctionType, TracebackType
from typing import Any, Final

# Packages that no grade depends on: services of hosted notebooks, widgets, loggers, summaries and drawings of networks, progress
# bars, monitors of the machine, terminal colours.
ONLY_SHOW: Final = frozenset(
    "IPython ipywidgets google kaggle_secrets kaggle_datasets pyngrok "
    "wandb tensorboard tensorboardX mlflow neptune comet_ml clearml aim visdom dvclive swanlab livelossplot loguru "
    "torchviz torchview hiddenlayer netron graphviz pydot pydotplus visualkeras pytorch_model_summary modelsummary "
    "fastprogress alive_progress progressbar stqdm enlighten "
    "pynvml nvidia_smi nvsmi GPUtil codecarbon memory_profiler line_profiler gpustat watermark "
    "colorama termcolor colored coloredlogs icecream pyfiglet emoji nest_asyncio dotenv itables".split()
)


# Modules that exist only on hosted notebook services: no registry has them.
HOSTED: Final = frozenset({"google", "google.colab", "kaggle_secrets", "kaggle_datasets"})


class Inert:
    """Does nothing: `display(...)`, `get_ipython().magic(...)`, `writer.add_scalar(...)`. Called with an iterable, as a progress
    bar is, it iterates over that; called with a function, as a decorator is, it returns that."""

    _wrapped: Iterable[Any] = ()

    def __getattr__(self, name: str) -> Inert:
        if is_special(name):
            raise AttributeError(name)
        return self

    def __call__(self, *given: Any, **_: Any) -> Any:
        if len(given) == 1 and isinstance(given[0], FunctionType | type):
            return given[0]
        if given and isinstance(given[0], Iterable) and not isinstance(given[0], str | Inert):
            through = Inert()
            through.__dict__["_wrapped"] = given[0]
            return through
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(self._wrapped)

    def __getitem__(self, _: Any) -> Inert:
        return self

    def __setitem__(self, _: Any, __: Any) -> None: ...

    def __enter__(self) -> Inert:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def __mro_entries__(self, _: Any) -> tuple[type, ...]:
        return (object,)

    def __format__(self, _: str) -> str:
        return ""

    __str__ = __repr__ = lambda self: ""  # a terminal colour in the middle of a text


def only_shows(module: str) -> bool:
    """Whether nothing that a package does is graded, by a module's full name."""
    return module.partition(".")[0] in ONLY_SHOW


def is_hosted(module: str) -> bool:
    """Whether a module belongs to a hosted notebook service, by its full name."""
    return module in HOSTED or module.startswith("google.colab.")


def is_special(name: str) -> bool:
    """Whether a name is special, as `__len__`: inspect, copy and pickle look for many, and don't need them."""
    return name.startswith("__") and name.endswith("__")
