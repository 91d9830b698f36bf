"""TensorFlow names that do nothing here but must exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final


class TensorShape(tuple[Any, ...]):
    """`tf.TensorShape`: Keras checks for it when it saves."""

    def as_list(self) -> list[Any]:
        return list(self)


class NoValue:
    """Stands in for a TensorFlow class that has no instances here."""


NO_VALUES: Final = {"TensorShape": TensorShape, "DType": NoValue, "TypeSpec": NoValue}


class Anything:
    """Settings and logs that mean nothing here: every attribute and every call returns another one, and it is empty."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *_: Any, **__: Any) -> Anything:
        return Anything()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "[]"

    def __bool__(self) -> bool:
        return False
