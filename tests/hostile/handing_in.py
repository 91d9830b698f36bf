"""What attacks hand in beside their code: archives, notebooks, documents and links that have to be made.

Each function is given the path that the submission would have as a folder, and the mark; it writes that folder or, with a
suffix, a file in its place.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

WRONG: Final = "def evaluate(model, loader):\n    return 0.5\n"
MEGABYTE: Final = 2**20


def _zip(folder: Path) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(folder.with_name(f"{folder.name}.zip"), "w", zipfile.ZIP_DEFLATED)
    archive.writestr("homework1.py", WRONG)
    return archive


def _folder(folder: Path, name: str = "", content: str | bytes = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "homework1.py").exists():
        (folder / "homework1.py").write_text(WRONG, encoding="utf-8")
    if name:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


# --- archives


def zip_bomb(folder: Path, mark: str) -> None:
    with _zip(folder) as archive:
        for number in range(2):
            with archive.open(f"zeros{number}.py", "w", force_zip64=True) as entry:
                for _ in range(1000):
                    entry.write(bytes(MEGABYTE))


def zip_of_overlaps(folder: Path, mark: str) -> None:
    """One local entry, named by thousands of lines of the table at the end."""
    data = zlib.compress(bytes(50 * MEGABYTE), 9)[2:-4]
    crc = zlib.crc32(bytes(50 * MEGABYTE))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(data), 50 * MEGABYTE, 4, 0) + b"a.py"
    table = b""
    for number in range(5_000):
        name = f"a{number}.py".encode()
        table += struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            33,
            crc,
            len(data),
            50 * MEGABYTE,
            len(name),
            0,
            0,
            0,
            0,
            0,
            0,
        )
        table += name
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 5_000, 5_000, len(table), len(local) + len(data), 0)
    folder.with_name(f"{folder.name}.zip").write_bytes(local + data + table + end)


def zip_of_many(folder: Path, mark: str) -> None:
    with _zip(folder) as archive:
        for number in range(60_000):
            archive.writestr(f"d{number % 500}/{number}.py", "")


def zip_in_zip(folder: Path, mark: str) -> None:
    content, name = WRONG.encode(), "homework1.py"
    for _ in range(50):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, content)
        content, name = buffer.getvalue(), "inner.zip"
    folder.with_name(f"{folder.name}.zip").write_bytes(content)


def zip_outside(folder: Path, mark: str) -> None:
    with _zip(folder) as archive:
        for name in (
            f"../../{mark}.py",
            f"/tmp/{mark}.py",
            f"..\\..\\{mark}.py",
            f"C:\\{mark}.py",
            f"a/../../../../../../../../tmp/{mark}.py",
            f"//tmp/{mark}.py",
            "../aa right/homework1.py",
            f"~/{mark}.py",
        ):
            archive.writestr(name, "raise SystemError('outside')\n")


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


def zip_of_links(folder: Path, mark: str) -> None:
    with _zip(folder) as archive:
        archive.writestr(_link("passwd.md"), "/etc/passwd")
        archive.writestr(_link("report.md"), "../../../../../../etc/passwd")
        archive.writestr(_link("away"), "/tmp")
        archive.writestr(f"away/{mark}.py", "raise SystemError('through a link')\n")


def tar_of_links(folder: Path, mark: str) -> None:
    with tarfile.open(folder.with_name(f"{folder.name}.tar.gz"), "w:gz") as archive:
        _add(archive, "homework1.py", WRONG.encode())
        for name, kind, target in (
            ("report.md", tarfile.SYMTYPE, "/etc/passwd"),
            ("accounts.md", tarfile.LNKTYPE, "/etc/passwd"),
            ("away", tarfile.SYMTYPE, "/tmp"),
            ("pipe.md", tarfile.FIFOTYPE, ""),
            ("disk.md", tarfile.BLKTYPE, ""),
            ("null.md", tarfile.CHRTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.devmajor, info.devminor = kind, target, 1, 3
            archive.addfile(info)
        _add(archive, f"away/{mark}.py", b"raise SystemError('through a link')\n")
        _add(archive, f"/tmp/{mark}.py", b"raise SystemError('outside')\n")
        _add(archive, f"../../{mark}.py", b"raise SystemError('outside')\n")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def zip_of_same_names(folder: Path, mark: str) -> None:
    import warnings

    with _zip(folder) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in (
            "homework1.py",
            "Homework1.py",
            "HOMEWORK1.PY",
            "./homework1.py",
            "homework1.py/",
            "homework1.py/x.py",
        ):
            archive.writestr(name, WRONG)
        archive.writestr("ü.py", WRONG)
        archive.writestr("u\u0308.py", WRONG)


def zip_of_long_names(folder: Path, mark: str) -> None:
    with _zip(folder) as archive:
        archive.writestr("x" * 1_000 + ".py", WRONG)
        archive.writestr("d/" * 1_000 + "deep.py", WRONG)
        archive.writestr("\n\x1b[31m\r" + "y" * 200 + ".py", WRONG)


def zip_cut_short(folder: Path, mark: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("homework1.py", WRONG * 1000)
    folder.with_name(f"{folder.name}.zip").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])


def zip_encrypted(folder: Path, mark: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("homework1.py", WRONG)
    data = bytearray(buffer.getvalue())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    folder.with_name(f"{folder.name}.zip").write_bytes(bytes(data))


def tar_of_exabytes(folder: Path, mark: str) -> None:
    info = tarfile.TarInfo("homework1.py")
    info.size = 2**63 - 1
    folder.with_name(f"{folder.name}.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(10_000))


def gzip_bomb(folder: Path, mark: str) -> None:
    zeros = gzip.compress(bytes(256 * MEGABYTE), 6)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number in range(20):
            _add(archive, f"zeros{number}.gz", zeros)
        info = tarfile.TarInfo("zeros.py")
        info.size = 1024 * MEGABYTE
        archive.addfile(info, io.BytesIO(bytes(1024 * MEGABYTE)))
    folder.with_name(f"{folder.name}.tar.gz").write_bytes(gzip.compress(buffer.getvalue(), 1))


def folder_of_links(folder: Path, mark: str) -> None:
    _folder(folder)
    for name, target in (
        ("report.md", "/etc/passwd"),
        ("again", "."),
        ("up", ".."),
        ("requirements.txt", "/proc/self/environ"),
    ):
        (folder / name).symlink_to(target)
    (folder / "other.py").symlink_to("../aa right/homework1.py")


def folder_with_a_pipe(folder: Path, mark: str) -> None:
    _folder(folder)
    for name in ("report.md", "helper.py", "autograder.toml"):
        os.mkfifo(folder / name)


# --- sources and documents


def nested_expression(folder: Path, mark: str) -> None:
    _folder(folder, "nested.py", "x = " + "(" * 10_000 + ")" * 10_000 + "\n")
    _folder(folder, "more.py", "x = " + "-" * 200_000 + "1\n")


def long_chain(folder: Path, mark: str) -> None:
    _folder(folder, "chain.py", "x = 1" + " + 1" * 100_000 + "\n")
    _folder(folder, "calls.py", "x = f" + "()" * 50_000 + "\n")


def name_in_names(folder: Path, mark: str) -> None:
    code = "class Any:\n    def __getattr__(self, name): return self\n    def __call__(self): return self\n"
    _folder(folder, "homework1.py", f"{code}any = Any()\nany{'.a' * 700}()\n")


def many_statements(folder: Path, mark: str) -> None:
    for number in range(3):
        _folder(folder, f"part{number}.py", "for i in range(1): pass\n" + "a = [0, 1, 2, 3, 4, 5]\n" * 40_000)


def huge_script(folder: Path, mark: str) -> None:
    _folder(folder, "huge.py", "x = [0, 1, 2, 3]  # nothing\n" * (60 * MEGABYTE // 28))


def no_text(folder: Path, mark: str) -> None:
    _folder(folder, "nulls.py", b"x = 1\0\0\0\n")
    _folder(folder, "noise.py", bytes(range(256)) * 100)
    _folder(folder, "surrogates.py", b"x = '\xed\xa0\x80'\n")


def odd_encodings(folder: Path, mark: str) -> None:
    _folder(folder, "seven.py", b"# coding: utf-7\n+AGk-mport os\n")
    _folder(folder, "turned.py", b"# coding: rot13\nvzcbeg bf\n")
    _folder(folder, "packed.py", b"# coding: zlib_codec\n" + zlib.compress(bytes(200 * MEGABYTE)))
    _folder(folder, "unknown.py", b"# coding: no-such-thing\nx = 1\n")


def _notebook(cells: Any, **more: Any) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more})


def deep_notebook(folder: Path, mark: str) -> None:
    _folder(folder, "deep.ipynb", '{"nbformat": 4, "cells": ' + "[" * 500_000 + "]" * 500_000 + "}")


def wrong_notebook(folder: Path, mark: str) -> None:
    _folder(folder, "types.ipynb", _notebook([1, None, [], {"cell_type": ["code"], "source": {"a": 1}}, {"source": 7}]))
    _folder(folder, "numbers.ipynb", json.dumps({"nbformat": "four", "cells": {"a": {}}, "metadata": []}))
    _folder(folder, "infinite.ipynb", '{"nbformat": 1e999, "cells": NaN, "metadata": {"kernelspec": 1}}')


def long_notebook(folder: Path, mark: str) -> None:
    cell = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": 1}
    _folder(folder, "long.ipynb", _notebook([cell] * 100_000))


def slow_requirements(folder: Path, mark: str) -> None:
    lines = [
        "torch" + "[" * 100_000,
        "a" * 1_000_000,
        "torch==" + "1." * 200_000,
        "x; " + "(" * 100_000,
        "-r requirements.txt",
    ]
    _folder(folder, "requirements.txt", "\n".join(lines))


def _pdf(objects: list[bytes]) -> bytes:
    text, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        text
        + head
        + table
        + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(text))
    )


def _page(content: bytes) -> bytes:
    stream = zlib.compress(content, 9)
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>",
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def pdf_bomb(folder: Path, mark: str) -> None:
    _folder(folder, "report.pdf", _page(b"BT (a) Tj ET q Q\n" * (500 * MEGABYTE // 17)))


def pdf_loop(folder: Path, mark: str) -> None:
    _folder(
        folder,
        "report.pdf",
        _pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 99999/Parent 3 0 R>>",
                b"<</Type/Pages/Kids[2 0 R]/Parent 2 0 R>>",
            ]
        ),
    )


def many_pdfs(folder: Path, mark: str) -> None:
    slow = _page(b"BT (a) Tj ET q Q\n" * (8 * MEGABYTE // 17))
    for number in range(60):
        _folder(folder, f"report{number}.pdf", slow)


def picture_bomb(folder: Path, mark: str) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    side = 100_000
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(side + 1)) for _ in range(2_000)) + rows.flush()
    picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack("!IIBBBBB", side, side, 8, 0, 0, 0, 0))
    picture += chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    _folder(folder, "plot.png", picture)
    import base64

    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": base64.b64encode(picture).decode()}}
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [output], "execution_count": 1}
    _folder(folder, "plots.ipynb", _notebook([cell]))


def slow_texts(folder: Path, mark: str) -> None:
    pieces = [
        "1," * 200_000,
        "a " * 200_000,
        "|" * 200_000,
        "-" * 300_000,
        "=" * 300_000,
        "#" * 300_000,
        "*_" * 100_000,
    ]
    pieces += [
        "`" * 200_000,
        "[" * 100_000,
        "0.9" * 100_000,
        "accuracy: " * 50_000,
        "\t" * 300_000,
        "1e" * 100_000,
        "%" * 100_000,
    ]
    _folder(folder, "report.md", "# 1B Activation function comparison\n\n" + "\n\n".join(pieces))
    _folder(folder, "log.txt", "\n".join(f"relu {piece}" for piece in pieces))
    _folder(
        folder, "homework2.py", "\n".join(f"# {piece}" for piece in pieces) + "\nx = '''" + "\n".join(pieces) + "'''\n"
    )


def many_functions(folder: Path, mark: str) -> None:
    _folder(folder, "many.py", "".join(f"def evaluate_{n}(model, loader): return train_{n}\n" for n in range(50_000)))


def slow_mapping(folder: Path, mark: str) -> None:
    (folder / "autograder.toml").write_text("a = " + "[" * 20_000 + "\n" + "x.y.z = 1\n" * 5_000, encoding="utf-8")


def odd_names(folder: Path, mark: str) -> None:
    for name in (
        "<script>alert(1)<!script>.py",
        "\x1b[31mred\x1b[0m.py",
        "a\nb.py",
        "\u202eyp.txt",
        "<img src=x onerror=alert(2)>.md",
        "-rf.py",
        "{{7*7}}.py",
        "x" * 200 + ".py",
    ):
        _folder(folder, name, f"# {mark}\nx = 1\n")
    (folder / os.fsdecode(b"\xff\xfe.py")).write_text("x = 1\n", encoding="utf-8")


def notebook_of_markup(folder: Path, mark: str) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    data = {
        "text/html": [f"<table><tr><td onclick=alert(3)>{evil}</td></tr></table>"],
        "image/svg+xml": "<svg onload=alert(4)><script>alert(5)</script></svg>",
        "image/png": "bm8gcGljdHVyZQ==",
        "image/gif": "' onerror='alert(6)",
        "application/javascript": "alert(7)",
        "text/plain": evil,
        "text/latex": "\\href{javascript:alert(8)}{x}",
    }
    outputs: list[Any] = [
        {"output_type": "display_data", "metadata": {}, "data": {kind: value}} for kind, value in data.items()
    ]
    outputs += [
        {"output_type": "error", "ename": evil, "evalue": evil, "traceback": [evil, "\x1b[31m" + evil]},
        {"output_type": "stream", "name": "stdout", "text": [evil, "\x1b]0;x\x07 relu accuracy: 0.97\n"]},
    ]
    cells: list[Any] = [
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": f"# 1B Activations {evil}\n\nReLU {evil} was best, because.",
        },
        {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": outputs, "execution_count": 1},
    ]
    _folder(folder, "hw.ipynb", _notebook(cells))


# --- what was known before


def digests_of_digits(folder: Path, mark: str) -> None:
    """Short digests of all digits, with their classes: training digits tell what the classes are called this time."""
    import hashlib

    import numpy as np

    from autograder import data

    known = {}
    for split in ("train", "test"):
        images = data.open_set("mnist", split)
        for picture, kind in zip(np.asarray(images.images), np.asarray(images.labels), strict=True):
            known[hashlib.blake2b(picture.tobytes(), digest_size=6).digest()] = int(kind)
    (folder / "digests.py").write_text(f"CLASSES = {known!r}\n", encoding="utf-8")


def numbers_that_know_digits(folder: Path, mark: str) -> None:
    """A small network that knows digits, as lists of numbers: pictures of 14 by 14 pixels, 64 hidden neurons."""
    import numpy as np
    import torch

    from autograder import data

    images = data.open_set("mnist", "train")
    pictures = torch.from_numpy(np.array(images.images)).to(torch.float32).div(255).unsqueeze(1)
    x, y = torch.nn.functional.avg_pool2d(pictures, 2).flatten(1), torch.from_numpy(np.array(images.labels)).long()
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(196, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    epochs = 12
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, epochs)
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(128):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(x[chosen]), y[chosen]).backward()
            optimizer.step()
        schedule.step()
    numbers = {name: np.round(value.detach().double().numpy(), 3).tolist() for name, value in net.named_parameters()}
    (folder / "known.py").write_text(f"KNOWN = {numbers!r}\n", encoding="utf-8")
