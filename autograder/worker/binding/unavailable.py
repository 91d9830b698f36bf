"""Stand-ins for what a submission's code expects but does not find on the grading machine."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from autograder.worker.binding.importing import PACKAGE
from autograder.worker.inert import Inert, is_special, only_shows

USES: Final = (
    "setattr delattr call getitem setitem iter len bool contains enter exit mro_entries float int index "
    "array add radd sub rsub mul rmul truediv rtruediv floordiv mod pow matmul neg eq ne lt le gt ge"
).split()


class Unavailable:
    """Replaces a value that could not be made. Code that uses it gets the error; other code does not."""

    def __init__(self, error: BaseException) -> None:
        self.__dict__.update(_error=error, _traceback=error.__traceback__)

    def __getattr__(self, name: str) -> Any:
        if is_special(name):
            raise AttributeError(name)
        self._raise()

    def _raise(self, *_: Any, **__: Any) -> NoReturn:
        raise self._error.with_traceback(self._traceback)  # or else its traceback would grow each time

    __hash__ = object.__hash__


for _use in USES:
    setattr(Unavailable, f"__{_use}__", Unavailable._raise)


def error_behind(value: object) -> BaseException | None:
    """The error that prevented `value` from being made; None for any other value."""
    return value.__dict__["_error"] if isinstance(value, Unavailable) else None


def raise_if_unavailable(value: object) -> None:
    """Raise the error that prevented `value` from being made, if there is one."""
    if isinstance(value, Unavailable):
        value._raise()


def instead_of(error: BaseException) -> Inert | Unavailable:
    """What to bind a name to if its statement raised `error`."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return Unavailable(error)
    if only_shows(error.name):
        return Inert()
    if error.name.startswith(f"{PACKAGE}."):
        text = f"{error.name.removeprefix(f'{PACKAGE}.')} is not among the files that were handed in"
    else:
        text = f"{error.name} is not installed on the grading machine, and no file of that name was handed in"
    return Unavailable(ModuleNotFoundError(text, name=error.name).with_traceback(error.__traceback__))
