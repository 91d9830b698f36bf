"""Keeps the recorder's own errors from the code that it watches: one costs a record, but no student code fails because of it."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import Any

from autograder.worker.tracing.seen import Emit


def guard(watcher: object, names: str, emit: Emit) -> None:
    """From now on, errors in these methods of `watcher` become records of an unknown kind, which a trace counts as dropped. The
    method then returns None."""
    for name in names.split():
        setattr(watcher, name, _guarded(getattr(watcher, name), emit))


def _guarded(method: Callable[..., Any], emit: Emit) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*arguments: Any, **keywords: Any) -> Any:
        try:
            return method(*arguments, **keywords)
        except Exception:
            emit({"what": "mistake", "error": traceback.format_exc()[-4000:]})
            return None

    return call
