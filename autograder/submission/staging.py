"""Fills a folder with what was handed in, counting every byte, and keeps a record of what was not taken."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Final

from autograder.submission.archives import (
    DAMAGED,
    READ_ERRORS,
    Entry,
    Unreadable,
    archive_entries,
)
from autograder.submission.names import (
    Refused,
    is_archive,
    is_notebook,
    is_source,
    leftover,
    safe_name,
    visible,
    without_suffix,
)
from autograder.submission.records import MEGABYTE, Limits, MachineError
from autograder.submission.slimming import Slimmer

CHUNK_BYTES: Final = 1 << 16
LISTED_NAMES: Final = 5
# Folders installed next to a pyvenv.cfg; the rest there may be the student's own work.
ENVIRONMENT_PARTS: Final = ("pyvenv.cfg", "bin", "scripts", "lib", "lib64", "include", "share", "etc")
# A name that this file system rejects; any other failure to write is the machine's.
NAME_ERRORS: Final = {
    errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY, errno.ENAMETOOLONG, errno.EINVAL,
    errno.EILSEQ,
}  # fmt: skip


class Notes:
    """Sentences for the report, in order. Names with the same remark share one sentence."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def add(self, remark: str, *names: str) -> None:
        """A whole sentence, or, with names, the start of one that a list of names completes."""
        self._names.setdefault(remark, []).extend(names)

    def sentences(self) -> tuple[str, ...]:
        return tuple(f"{remark}: {_listing(names)}." if names else remark for remark, names in self._names.items())


def _listing(names: list[str]) -> str:
    shown = [ascii(name)[1:-1] if not name.isprintable() else name for name in names[:LISTED_NAMES]]
    shown = [name if len(name) <= 80 else f"{name[:77]}..." for name in shown]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Distinguishes why a file can't be written: its name (raises Refused) or the disk (raises MachineError)."""
    try:
        yield
    except OSError as error:
        if error.errno in NAME_ERRORS:
            raise Refused(f"this machine cannot store such a name ({error.strerror})") from error
        raise MachineError(
            f"The disk of the grading machine failed while {name} was copied: {error.strerror}. "
            "This is not the submission's fault; free some space, then grade it again."
        ) from error


class Stage:
    """One folder being filled: digests of what was handed in, pending links, bytes used."""

    def __init__(self, root: Path, scratch: Path, limits: Limits) -> None:
        self.root = root
        self.scratch = scratch
        self.limits = limits
        self.notes = Notes()
        self.digests: dict[str, str] = {}
        self.folders: set[str] = set()  # folders that an archive lists or that contain leftovers; they may end up empty
        self._spellings: dict[str, str] = {}
        self._links: dict[str, tuple[str, str]] = {}  # name: the archive it is in, its target there
        self._leftovers: set[str] = set()
        self._used = 0
        whole = f"a submission may have {limits.total_bytes // MEGABYTE:,} MB at most"
        self._ceilings = [(limits.total_bytes, whole)]

    def take(self, entries: Iterable[Entry], inside: str = "", depth: int = 0) -> None:
        """Take what may be taken. Raises Unreadable if `entries` break off, MachineError for the disk."""
        intact = 0
        try:
            for entry in entries:
                if entry.folder:
                    self._note_folder(inside + entry.name)
                    continue
                try:
                    self._take_one(entry, inside, depth)
                    intact += 1
                except Refused as refusal:
                    self.notes.add(f"Refused because {refusal}", inside + entry.name)
                except Unreadable as damage:
                    self.notes.add(f"Left out because {damage}", inside + entry.name)
        except Unreadable as damage:
            raise Unreadable(str(damage), after=intact) from damage

    def take_archive(self, file: IO[bytes], inside: str = "", depth: int = 0) -> None:
        """Take what an opened archive holds. Raises as `take` does."""
        packed = os.fstat(file.fileno()).st_size
        allowed = max(self.limits.ratio * packed, self.limits.ratio_free_bytes)
        reason = f"it unpacks to over {self.limits.ratio} times its archive's size, as a decompression bomb does"
        self._ceilings.append((self._used + allowed, reason))
        try:
            self.take(archive_entries(file, self.limits), inside, depth)
        finally:
            self._ceilings.pop()

    def settle(self) -> None:
        """The steps that need everything in place: drop virtual environments, resolve links, sum up leftovers."""
        markers = [path for path in self.digests if PurePosixPath(path).name == "pyvenv.cfg"]
        roots = [marker.removesuffix("pyvenv.cfg") for marker in markers]
        installed = tuple(f"{root}{part}/".casefold() for root in roots for part in ENVIRONMENT_PARTS)
        for path in [path for path in self.digests if f"{path}/".casefold().startswith(installed)]:
            (self.root / path).unlink()
            del self.digests[path]
            self._leftovers.add("a virtual environment")
        for name, (inside, target) in self._links.items():
            if not f"{name}/".casefold().startswith(installed):
                try:
                    self._copy_linked(name, inside, target)
                except Refused as refusal:
                    self.notes.add(f"Refused because {refusal}", name)
        if self._leftovers:
            self.notes.add(f"Ignored: {', '.join(sorted(self._leftovers))}.")

    def _take_one(self, entry: Entry, inside: str, depth: int) -> None:
        path = safe_name(inside + safe_name(entry.name, self.limits), self.limits)
        kind = leftover(path)
        if kind:
            self._leftovers.add(kind)
            self._note_folder(str(PurePosixPath(path).parent))
        elif entry.refused:
            raise Refused(entry.refused)
        elif entry.link is not None:
            self._links[path] = (inside, entry.link)
        elif is_archive(path) and depth < self.limits.archive_depth:
            self._take_inner_archive(path, entry, depth)
        else:
            self._store(path, entry)
            if is_archive(path) and self.limits.archive_depth:
                self.notes.add("Not opened because archives are opened one level down only", path)

    def _note_folder(self, name: str) -> None:
        with suppress(Refused):
            path = safe_name(name, self.limits)
            if not leftover(f"{path}/any"):
                self.folders.add(path)

    def _take_inner_archive(self, path: str, entry: Entry, depth: int) -> None:
        with writing(path), tempfile.TemporaryFile(dir=self.scratch) as file:
            self._copy(entry, path, file)
            file.seek(0)
            try:
                folder = PurePosixPath(path)
                folder = folder.with_name(without_suffix(folder.name))
                self.take_archive(file, f"{folder}/", depth + 1)
                self.notes.add("Opened the archive that was inside", path)
            except Unreadable as damage:
                self.notes.add(damage.sentence(path))

    def _copy_linked(self, name: str, inside: str, target: str) -> None:
        try:
            target = inside + safe_name(target, self.limits)
        except Refused:
            raise Refused("the link leads out of the submission's folder") from None
        if target not in self.digests:
            raise Refused("the link leads to nothing that was handed in")
        file = self.root / target
        self._store(name, Entry(name, lambda: file.open("rb"), file.stat().st_size))

    def _store(self, path: str, entry: Entry) -> None:
        if len(self.digests) >= self.limits.files:
            raise Refused(f"there are more than {self.limits.files:,} files")
        partial = self.scratch / "partial"
        with writing(path), partial.open("wb") as file:
            digest = self._copy(entry, path, file)
        final = self._free_spelling(path)
        with writing(path):
            (self.root / final).parent.mkdir(parents=True, exist_ok=True)
            os.replace(partial, self.root / final)
        if final in self.digests:
            self.notes.add("Found twice under the same name, the later one counts", final)
        if final != path:
            self.notes.add("Renamed because another name differs only in the case of letters", f"{path} to {final}")
        if visible(entry.name) != entry.name:
            self.notes.add("Renamed because characters of the name cannot be shown", final)
        self._spellings[final.casefold()] = final
        self.digests[final] = digest

    def _free_spelling(self, path: str) -> str:
        """A path that no other file has on a file system that ignores case."""
        pure = PurePosixPath(path)
        number, free = 1, path
        while self._spellings.get(free.casefold(), free) != free:
            number += 1
            free = str(pure.with_name(f"{pure.stem}_{number}{pure.suffix}"))
        return free

    def _copy(self, entry: Entry, path: str, file: IO[bytes]) -> str:
        """Copy one file and return its SHA-256. Declared sizes refuse early; the count of bytes decides."""
        most, reason = min((ceiling - self._used, reason) for ceiling, reason in self._ceilings)
        if is_source(path) and self.limits.source_bytes < most:
            most = self.limits.source_bytes
            reason = f"a source may have {most // MEGABYTE} MB at most"
        slimmer = None
        if is_notebook(path) and most < entry.size <= self.limits.notebook_bytes:
            slimmer = Slimmer(keep=min(most, self.limits.source_bytes) // 2)
        elif entry.size > most:
            raise Refused(reason)
        digest = hashlib.sha256()
        chunks = _digested(_chunks(entry), digest)
        for chunk in slimmer.passed(chunks) if slimmer else chunks:
            most -= len(chunk)
            self._used += len(chunk)
            if most < 0:
                raise Refused(reason)
            with writing(path):
                file.write(chunk)
        with writing(path):
            file.flush()
        if slimmer and slimmer.cells:
            cells = "one cell" if slimmer.cells == 1 else f"{slimmer.cells} cells"
            self.notes.add(
                f"{path} is larger than the {self.limits.source_bytes / MEGABYTE:g} MB that a source may have, so the stored "
                f"outputs of {cells} ({slimmer.left_out / MEGABYTE:.3g} MB) were left out; its code is graded."
            )
        return digest.hexdigest()


def _digested(chunks: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def _chunks(entry: Entry) -> Iterator[bytes]:
    try:
        with entry.open() as source:
            while chunk := source.read(CHUNK_BYTES):
                yield chunk
    except READ_ERRORS as error:
        known = isinstance(error, OSError) and error.strerror
        raise Unreadable(f"it cannot be read ({known})" if known else DAMAGED) from error
