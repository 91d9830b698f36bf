"""Opening, checking and listing what is in the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.data import CATALOG, DataError, array_path, open_set, status, store, verify


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with files of MNIST's shapes and no contents: they take no room on the disk."""
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    for name, spec in CATALOG["mnist"].arrays.items():
        path = tmp_path / "mnist" / f"{name}.npy"
        np.lib.format.open_memmap(path, "w+", np.uint8, spec.shape, version=(1, 0))
    return tmp_path


def test_arrays_are_opened_read_only_and_memory_mapped(root: Path):
    digits = open_set("mnist", "test")
    assert isinstance(digits.images, np.memmap) and isinstance(digits.labels, np.memmap)
    assert digits.images.shape == (10_000, 28, 28) and digits.images.dtype == np.uint8
    assert digits.class_names[3] == "3"
    with pytest.raises(ValueError, match="read-only"):
        digits.images[0] = 0


def test_a_path_is_given_out_only_for_an_array_that_is_there(root: Path):
    assert array_path("mnist", "train", "labels") == root / "mnist" / "train-labels.npy"
    with pytest.raises(DataError, match="is not there; run `autograder data fetch cifar10`"):
        array_path("cifar10", "train", "labels")


@pytest.mark.parametrize("kept_bytes", [0, 50, 1_000_000])
def test_a_file_cut_short_is_told_with_the_command_that_mends_it(root: Path, kept_bytes: int):
    with (root / "mnist" / "train-images.npy").open("r+b") as file:
        file.truncate(kept_bytes)
    with pytest.raises(DataError, match=r"is damaged .*; run `autograder data fetch --force mnist`"):
        open_set("mnist", "train")


def test_an_array_of_another_shape_is_not_opened(root: Path):
    np.save(root / "mnist" / "test-labels.npy", np.zeros(3))
    with pytest.raises(DataError, match=r"holds float64 of shape \(3,\) instead of uint8 of shape \(10000,\)"):
        open_set("mnist", "test")


@pytest.mark.parametrize(("split", "what"), [("validation", "images"), ("test", "pictures")])
def test_a_split_that_does_not_exist_is_told(split: str, what: str):
    with pytest.raises(DataError, match=f"mnist has no array '{split}-{what}'; it has train-images"):
        array_path("mnist", split, what)


def test_verification_notices_contents_that_a_quick_look_does_not(root: Path):
    assert next(entry for entry in status() if entry.name == "mnist" and not entry.sample).ready
    assert verify("mnist")[0] == f"{root / 'mnist' / 'train-images'}.npy has other contents than the original"


def test_the_status_tells_of_every_set_and_its_sample(root: Path):
    ready = {(entry.name, entry.sample): entry.ready for entry in status()}
    assert ready == {
        ("mnist", False): True,
        ("mnist", True): True,
        ("cifar10", False): False,
        ("cifar10", True): True,
    }
    missing = next(entry for entry in status() if not entry.ready)
    assert missing.problems[0] == f"{root / 'cifar10' / 'train-images'}.npy is not there"


def test_a_missing_sample_is_had_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "CHECKOUT", tmp_path)
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    with pytest.raises(DataError, match="git checkout data_cache/sample"):
        open_set("mnist", "train", sample=True)


def test_without_a_checkout_the_cache_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "CHECKOUT", tmp_path)
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.root().name == "autograder"
