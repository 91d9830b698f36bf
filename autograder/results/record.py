"""What all records of a result have in common."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Record(BaseModel):
    """A frozen record; an unknown field is an error, so that a typing slip never loses data silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, fields: Any) -> Any:
        return _without_surrogates(fields)


def _without_surrogates(value: Any) -> Any:
    """Replace lone surrogates, which a student's code may print and UTF-8 can't encode."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_without_surrogates(key): _without_surrogates(entry) for key, entry in value.items()}
        case tuple() | list():
            return type(value)(map(_without_surrogates, value))
    return value
