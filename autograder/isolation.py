"""How student code is isolated: what a person may ask for, in a module that is cheap to import for a command line."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """How student code is isolated. AUTO and CONTAINER can be asked for; a result names one of the others."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    CONTAINER = "container"  # podman or docker, whichever works
    PODMAN = "podman"
    DOCKER = "docker"
    NONE = "none"
