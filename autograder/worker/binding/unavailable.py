"""Stand-ins for what a submission's code expects around it and does not find on the grading machine."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from autograder.worker.binding.importing import PACKAGE

ONLY_SHOWS: Final = frozenset({"IPython", "ipywidgets"})  # libraries that nothing graded hangs on


class Unavailable:
    """Takes the place of a value that could not be made. Whoever uses it gets the error; nobody else is bothered."""

    def __init__(self, error: BaseException) -> None:
        self.__dict__["_error"] = error
        self.__dict__["_traceback"] = error.__traceback__

    def _raise(self, *_: Any, **__: Any) -> NoReturn:
        raise self._error.with_traceback(self._traceback)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(
                name
            )  # inspect, copy and pickle ask for many of these, and take no for an answer
        self._raise()

    __setattr__ = __delattr__ = __call__ = __getitem__ = __setitem__ = __iter__ = __len__ = __bool__ = _raise
    __contains__ = __enter__ = __exit__ = __mro_entries__ = __float__ = __int__ = __index__ = __array__ = (
        _raise
    )
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __matmul__ = (
        _raise
    )
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __pow__ = __mod__ = __floordiv__ = _raise
    __hash__ = object.__hash__


def raise_if_unavailable(value: object) -> None:
    """Raise the error that kept `value` from being made, if there is one."""
    if isinstance(value, Unavailable):
        value._raise()


class Inert:
    """Does nothing, whatever is asked of it: `display(...)`, `get_ipython().magic(...)`, `clear_output()`."""

    def __getattr__(self, name: str) -> Inert:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Inert:
        return self


def instead_of(error: BaseException) -> Inert | Unavailable:
    """What to bind a name to whose statement raised `error`."""
    missing = (error.name or "") if isinstance(error, ModuleNotFoundError) else ""
    if missing.partition(".")[0] in ONLY_SHOWS:
        return Inert()
    return Unavailable(_explained(error) if missing else error)


def _explained(error: BaseException) -> BaseException:
    assert isinstance(error, ModuleNotFoundError) and error.name
    top = error.name.partition(".")[0]
    if top == PACKAGE:
        text = f"{error.name.removeprefix(PACKAGE + '.')} is not among the files that were handed in"
    else:
        text = f"{error.name} is not installed on the grading machine, and no file of that name was handed in"
    return ModuleNotFoundError(text, name=error.name).with_traceback(error.__traceback__)
