"""Builders of real submissions: zips, tars and notebooks."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Contents = Mapping[str, bytes | str]


def as_bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


@pytest.fixture
def zip_of(tmp_path: Path) -> Callable[..., Path]:
    def build(files: Contents, name: str = "hw1.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in files.items():
                archive.writestr(member, as_bytes(content))
        return path

    return build


@pytest.fixture
def tar_of(tmp_path: Path) -> Callable[..., Path]:
    """Files, and beside them members of any kind as `tarfile.TarInfo`."""

    def build(files: Contents, *members: tarfile.TarInfo, name: str = "hw1.tar.gz") -> Path:
        path = tmp_path / name
        with tarfile.open(path, f"w:{name.rpartition('.')[2]}".replace(":tar", ":")) as archive:
            for member, content in files.items():
                info = tarfile.TarInfo(member)
                info.size = len(as_bytes(content))
                archive.addfile(info, io.BytesIO(as_bytes(content)))
            for info in members:
                archive.addfile(info)
        return path

    return build


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[..., Path]:
    def build(files: Contents, name: str = "hw1") -> Path:
        for member, content in files.items():
            path = tmp_path / name / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_bytes(content))
        return tmp_path / name

    return build


@pytest.fixture
def notebook() -> Callable[..., str]:
    """A notebook in format 4 as JSON text."""

    def build(*sources: str) -> str:
        cells = [
            {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
            for source in sources
        ]
        return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})

    return build
