"""Whatever is handed in: it is collected, or refused with a SubmissionError that has a sentence, and no other error."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
import tempfile
import zipfile
from pathlib import Path

import hypothesis.strategies as some
from hypothesis import given

from autograder.submission import SubmissionError, collect
from autograder.submission.repair import UnreadableNotebook, repair_notebook, repair_script

NAMES = some.text(max_size=12) | some.sampled_from(
    ["a.py", "a.ipynb", "../a.py", "/a.py", "a/../../b.py", "in.zip", "A.PY", "a.py/b.py", "CON", "pyvenv.cfg", "."]
)
CONTENTS = some.binary(max_size=60) | some.sampled_from([b"x = 1\n", b'{"cells": []}', b"PK\x03\x04"])
FILES = some.lists(some.tuples(NAMES, CONTENTS), max_size=5)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
CELLS = some.fixed_dictionaries(
    {},
    optional={
        "cell_type": some.sampled_from(["code", "markdown", "raw", "heading", ""]) | JSON,
        "source": some.text(max_size=20) | some.lists(some.text(max_size=5), max_size=3) | JSON,
        "outputs": some.lists(JSON, max_size=2) | JSON,
        "metadata": JSON,
        "execution_count": JSON,
        "attachments": JSON,
        "level": JSON,
    },
)
NOTEBOOKS = some.fixed_dictionaries(
    {},
    optional={
        "nbformat": some.integers(min_value=0, max_value=6) | JSON,
        "nbformat_minor": some.integers(min_value=0, max_value=9) | JSON,
        "metadata": some.just({}) | JSON,
        "cells": some.lists(CELLS | JSON, max_size=3),
        "worksheets": some.lists(some.fixed_dictionaries({"cells": some.lists(CELLS, max_size=2)}) | JSON, max_size=2),
    },
)


def collected_or_refused(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        with contextlib.suppress(SubmissionError):
            collect(path, Path(folder, "out"))
        assert {each.name for each in Path(folder).iterdir()} <= {name, "out"}


def damaged(data: bytes, at: int, by: bytes) -> bytes:
    start = at % max(1, len(data))
    return data[:start] + by + data[start + len(by) :]


@given(some.sampled_from(["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.py", "a.ipynb"]), some.binary(max_size=600))
def test_any_bytes_are_collected_or_refused(name: str, data: bytes) -> None:
    collected_or_refused(data, name)


@given(FILES, some.integers(min_value=0, max_value=2_000), some.binary(max_size=8))
def test_any_zip_is_collected_or_refused_also_a_damaged_one(files: list[tuple[str, bytes]], at: int, by: bytes) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode() or "empty"), content)
    collected_or_refused(damaged(file.getvalue(), at, by), "a.zip")


@given(
    FILES,
    some.sampled_from([tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]),
    some.integers(min_value=0, max_value=8_000),
    some.binary(max_size=8),
)
def test_any_tar_is_collected_or_refused_also_a_damaged_one(
    files: list[tuple[str, bytes]], kind: bytes, at: int, by: bytes
) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number, (name, content) in enumerate(files):
            entry = tarfile.TarInfo(name.encode("utf-8", "replace").decode())
            entry.type, entry.linkname = (kind, "../../etc") if number % 2 else (tarfile.REGTYPE, "")
            entry.size = len(content) if entry.isreg() else 0
            archive.addfile(entry, io.BytesIO(content))
    collected_or_refused(damaged(file.getvalue(), at, by), "a.tar")


@given(NOTEBOOKS | JSON)
def test_any_json_is_a_notebook_that_every_reader_takes_or_is_refused_with_the_reason(content: object) -> None:
    try:
        repaired = repair_notebook(json.dumps(content).encode())
    except UnreadableNotebook:
        return
    cells = json.loads(repaired.data)["cells"]
    assert all(isinstance("".join(cell["source"]), str) for cell in cells)


@given(some.binary(max_size=200))
def test_any_bytes_are_a_notebook_or_refused_and_always_a_script(data: bytes) -> None:
    assert isinstance(repair_script(data).data.decode("utf-8"), str)
    with contextlib.suppress(UnreadableNotebook):
        assert "cells" in json.loads(repair_notebook(data).data)
