"""Reads folders and archives in the same way: as a stream of entries, each with a name and access to its bytes.

Nothing is written here and nothing is trusted: declared sizes are only used to refuse, links are reported
and never followed, and a damaged archive yields what comes before the damage.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import mmap
import os
import posixpath
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final, Protocol, cast

from autograder.submission.names import importance, leftover
from autograder.submission.records import Limits

ENCRYPTED: Final = "it is encrypted with a password"
SPECIAL: Final = "it is not an ordinary file"
DAMAGED: Final = "it is cut off or damaged"
# What the readers of the standard library raise on damaged or hostile archives.
READ_ERRORS: Final = (
    OSError, EOFError, ValueError, RuntimeError, MemoryError, struct.error, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip
OTHER_FORMATS: Final = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"<!DO": "HTML", b"<htm": "HTML", b"%PDF": "PDF"}
# tarfile skips a file of a declared terabyte block by block, even past the end of the archive.
MOST_READS_AFTER_END: Final = 8
LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")


class Unreadable(Exception):
    """A file, or an archive from here on, cannot be read; the message says why."""

    def __init__(self, reason: str, after: int = 0) -> None:
        super().__init__(reason)
        self.after = after  # files of the archive that were read before

    def sentence(self, name: str) -> str:
        return f"{name} cannot be read{f' after file {self.after}' if self.after else ''}: {self}."


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Entry:
    """One file of a folder or an archive, not read yet; for an archive, its folders too."""

    name: str  # as found: may be hostile
    open: Callable[[], IO[bytes]]
    size: int = 0  # as declared
    link: str | None = None  # where a link points, relative to the folder or archive
    refused: str = ""  # why it can't be taken, if that is already known
    folder: bool = False  # nothing to read: a folder that the archive lists


def nothing() -> IO[bytes]:
    return io.BytesIO()


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def folder_entries(folder: Path) -> list[Entry]:
    """The files below `folder`, sources first, as from a zip.

    Links are not followed; folders of leftovers such as caches are named but not entered.
    """
    return sorted(_walk(folder), key=lambda entry: (importance(entry.name), entry.name))


def _walk(folder: Path) -> Iterator[Entry]:
    root = Path(os.path.realpath(folder))
    waiting = [root]
    while waiting:
        here = waiting.pop()
        try:
            children = list(os.scandir(here))
        except OSError as error:
            if here == root:
                raise
            reason = f"the folder cannot be read ({error.strerror})"
            yield Entry(_relative(here, root), nothing, refused=reason)
            continue
        for child in children:
            name = _relative(Path(child.path), root)
            if child.is_symlink():
                yield Entry(name, nothing, link=_relative(Path(os.path.realpath(child.path)), root))
            elif child.is_file():
                yield Entry(name, partial(_opened, Path(child.path)), size=child.stat().st_size)
            elif not child.is_dir():
                yield Entry(name, nothing, refused=SPECIAL)
            elif leftover(f"{name}/any"):
                yield Entry(f"{name}/any", nothing)
            else:
                waiting.append(Path(child.path))


def _relative(path: Path, root: Path) -> str:
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # on Windows: another drive
        return path.as_posix()


def archive_entries(file: IO[bytes], limits: Limits) -> Iterator[Entry]:
    """The files and folders of a zip or tar, distinguished by content. `file` must be a real file, opened for reading.

    Raises Unreadable, possibly after some entries, when the rest cannot be read.
    """
    head = file.read(262)
    file.seek(0)
    for magic, format_name in OTHER_FORMATS.items():
        if head[:4].startswith(magic):
            raise Unreadable(f"it is a {format_name} file; .zip and .tar.gz can be opened")
    if head.startswith(b"\x1f\x8b"):
        return _tar_entries(gzip.open(file), limits)
    if head.startswith(b"BZh"):
        return _tar_entries(bz2.open(file), limits)
    if head.startswith(b"\xfd7zXZ"):
        return _tar_entries(lzma.open(file), limits)
    return _tar_entries(file, limits) if head[257:] == b"ustar" else _zip_entries(file, limits)


def _zip_entries(file: IO[bytes], limits: Limits) -> Iterator[Entry]:
    try:
        view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        raise Unreadable("it is empty") from None
    with view:
        if view.find(b"PK\x03\x04") < 0:
            raise Unreadable("it is not a zip archive, or an empty one")
        if _more_entries_than(limits.archive_entries, view):
            raise Unreadable(f"it lists more than {limits.archive_entries:,} files")
        try:
            archive = zipfile.ZipFile(file)
            listed = sorted(archive.infolist(), key=lambda info: (importance(info.filename), info.filename))
        except READ_ERRORS:  # the index at the end is lost: a broken upload, mostly
            yield from _salvaged_entries(file, view)
            return
        for info in listed:
            name = _zip_name(info.orig_filename, info.flag_bits)
            is_folder = name.endswith(("/", "\\"))
            yield Entry(name, nothing, folder=True) if is_folder else _zip_entry(archive, info, name)


def _more_entries_than(most: int, view: mmap.mmap) -> bool:
    """Counts index records without building them: a hundred million names would fill the memory."""
    position = -1
    for _ in range(most + 1):
        position = view.find(b"PK\x01\x02", position + 1)
        if position < 0:
            return False
    return True


def _zip_name(name: str, flags: int) -> str:
    """The intended name: macOS writes UTF-8 without declaring it, which reads as cp437."""
    if flags & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Entry:
    kind = stat.S_IFMT(info.external_attr >> 16)
    refused = ENCRYPTED if info.flag_bits & 1 else "" if kind in (0, stat.S_IFREG, stat.S_IFLNK) else SPECIAL
    link = None
    if kind == stat.S_IFLNK and not refused:
        try:
            with archive.open(info) as content:
                link = _link_target(name, content.read(1024).decode("utf-8", "replace"))
        except READ_ERRORS:
            refused = "the link cannot be read"
    return Entry(name, partial(archive.open, info), info.file_size, link, refused)


def _link_target(name: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), target))


def _salvaged_entries(file: IO[bytes], view: mmap.mmap) -> Iterator[Entry]:
    """The files of a zip that lost its index, by the header before each. Always ends by raising Unreadable.

    Layout of the headers: PKWARE's APPNOTE.TXT, section 4.3.7.
    """
    position = view.find(b"PK\x03\x04")
    while position >= 0:
        header = view[position : position + LOCAL_HEADER.size]
        if len(header) < LOCAL_HEADER.size:
            break
        _, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = LOCAL_HEADER.unpack(header)
        start = position + LOCAL_HEADER.size
        raw_name, start = view[start : start + name_bytes], start + name_bytes + extra_bytes
        streamed = bool(flags & 8)  # sizes and checksum follow the content
        if start >= len(view) or (not streamed and start + packed > len(view)):
            break
        name = _zip_name(raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace"), flags)
        info = zipfile.ZipInfo(name)
        info.compress_type, info.CRC = method, None if streamed else crc  # type: ignore[assignment]
        info.compress_size, info.file_size = (len(view) - start, 2**62) if streamed else (packed, size)
        if not name.endswith(("/", "\\")):
            refused = ENCRYPTED if flags & 1 else ""
            yield Entry(name, partial(_content_at, file, start, info), refused=refused)
        position = view.find(b"PK\x03\x04", start if streamed else start + packed)
    raise Unreadable(DAMAGED)


def _content_at(file: IO[bytes], start: int, info: zipfile.ZipInfo) -> IO[bytes]:
    file.seek(start)
    return cast(IO[bytes], zipfile.ZipExtFile(file, "r", info))


class _Counted:
    """A stream that raises Unreadable after a number of bytes, and remembers whether it ended in zeros."""

    def __init__(self, stream: Readable, most: int) -> None:
        self.stream = stream
        self.left = most
        self.reads_after_end = 0
        self.ends_in_zeros = False

    def read(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise Unreadable("it unpacks to too much, as a decompression bomb or a data set does")
        if data:
            self.ends_in_zeros = not any(data[-512:])
        else:
            self.reads_after_end += 1
        if self.reads_after_end > MOST_READS_AFTER_END:
            raise EOFError
        return data


def _tar_entries(stream: Readable, limits: Limits) -> Iterator[Entry]:
    counted = _Counted(stream, limits.stream_bytes)
    try:
        with tarfile.open(fileobj=counted, mode="r|") as archive:  # type: ignore[call-overload]
            for _ in range(limits.archive_entries):
                member = archive.next()
                if member is None:
                    break
                yield Entry(member.name, nothing, folder=True) if member.isdir() else _tar_entry(archive, member)
                archive.members = []  # tarfile remembers every name otherwise
            else:
                raise Unreadable(f"it lists more than {limits.archive_entries:,} files")
    except READ_ERRORS as error:
        raise Unreadable(DAMAGED) from error
    if not counted.ends_in_zeros:  # tarfile takes a damaged header for the end; a real end consists of zeros
        raise Unreadable(DAMAGED)


def _tar_entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    if member.issym():
        return Entry(member.name, nothing, link=_link_target(member.name, member.linkname))
    if member.islnk():
        return Entry(member.name, nothing, link=posixpath.normpath(member.linkname))
    refused = "" if member.isreg() else SPECIAL
    try:
        tarfile.data_filter(member, os.curdir)
    except tarfile.FilterError as error:
        refused = refused or f"the archive is unsafe ({type(error).__name__})"
    return Entry(member.name, lambda: archive.extractfile(member) or nothing(), member.size, None, refused)


def single_entry(name: str, path: Path) -> Entry:
    """A notebook or script handed in by itself."""
    return Entry(name, partial(_opened, path), path.stat().st_size)
