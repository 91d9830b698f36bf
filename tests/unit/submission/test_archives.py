from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import tarfile
import zipfile

import pytest

from autograder.submission.bulk import find_submissions
from autograder.submission.collect import collect
from autograder.submission.records import Limits, SubmissionError

SCRIPT = "print('mlp')\n"


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def nested(files: dict[str, str], kind: str = "zip") -> bytes:
    data = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(data, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(fileobj=data, mode="w:gz") as packed:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                packed.addfile(info, io.BytesIO(content.encode()))
    return data.getvalue()


def test_names_with_backslashes_from_windows_become_folders(zip_of, tmp_path):
    submission = collect(zip_of({"a.py": SCRIPT, "code\\models\\cnn.py": SCRIPT}), tmp_path / "out")
    assert submission.files == ("a.py", "code/models/cnn.py")


def test_utf8_names_without_the_flag_are_read_as_utf8(zip_of, tmp_path):
    path = zip_of({"Übung.py": SCRIPT})
    data = path.read_bytes()
    local, central = data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8
    for flags in (local, central):
        data = data[:flags] + b"\0\0" + data[flags + 2 :]
    path.write_bytes(data)
    assert collect(path, tmp_path / "out").files == ("Übung.py",)


def test_old_dos_names_are_read_as_cp437(zip_of, tmp_path):
    path = zip_of({"Xbung.py": SCRIPT})
    path.write_bytes(path.read_bytes().replace(b"Xbung", b"\x9abung"))
    assert collect(path, tmp_path / "out").files == ("Übung.py",)


def test_names_from_macos_and_linux_are_spelled_alike(folder_of, tmp_path):
    decomposed = collect(folder_of({"U\u0308bung.py": SCRIPT}, "one"), tmp_path / "out1")
    composed = collect(folder_of({"\u00dcbung.py": SCRIPT}, "two"), tmp_path / "out2")
    assert decomposed.files == composed.files
    assert decomposed.sha256 == composed.sha256


def test_a_name_with_a_nul_is_refused(zip_of, tmp_path):
    path = zip_of({"a.py": SCRIPT, "evilX.py": SCRIPT})
    path.write_bytes(path.read_bytes().replace(b"evilX", b"evil\0"))
    submission = collect(path, tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes == ("Refused because the name holds a NUL character: evil\\x00.py.",)


@pytest.mark.parametrize("name", ["../evil.py", "x/../../evil.py", "..\\evil.py", ".. /evil.py"])
def test_a_path_out_of_the_folder_is_refused_and_the_rest_collected(zip_of, tmp_path, name):
    submission = collect(zip_of({"a.py": SCRIPT, name: "evil"}), tmp_path / "deep" / "out")
    assert submission.files == ("a.py",)
    assert submission.notes == (f"Refused because the path leaves the submission's folder: {name}.",)
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize("name", ["/tmp/evil.py", "C:\\evil.py", "\\\\server\\evil.py"])
def test_an_absolute_path_is_refused(zip_of, tar_of, tmp_path, name):
    for number, path in enumerate([zip_of({"a.py": SCRIPT, name: ""}), tar_of({"a.py": SCRIPT, name: ""})]):
        submission = collect(path, tmp_path / f"out{number}")
        assert submission.files == ("a.py",)
        assert submission.notes == (f"Refused because the path is absolute: {name}.",)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "../../secret", "../x.py"])
def test_a_link_out_of_a_tar_is_refused(tar_of, tmp_path, kind, target):
    submission = collect(tar_of({"a.py": SCRIPT}, member("evil.py", kind, target)), tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes == ("Refused because the link leads out of the submission's folder: evil.py.",)


@pytest.mark.parametrize(("kind", "target"), [(tarfile.SYMTYPE, "../hw1/./a.py"), (tarfile.LNKTYPE, "hw1/a.py")])
def test_a_link_inside_a_tar_becomes_a_copy(tar_of, tmp_path, kind, target):
    submission = collect(tar_of({"hw1/a.py": SCRIPT}, member("hw1/b.py", kind, target)), tmp_path / "out")
    assert submission.sources == ("a.py", "b.py")
    assert not (submission.folder / "b.py").is_symlink()
    assert (submission.folder / "b.py").read_text() == SCRIPT


def test_files_cannot_be_written_through_a_link(tar_of, tmp_path):
    (tmp_path / "outside").mkdir()
    link = member("door", tarfile.SYMTYPE, str(tmp_path / "outside"))
    path = tar_of({"a.py": SCRIPT}, link, name="first.tar")
    with tarfile.open(path, "a") as archive:
        archive.addfile(tarfile.TarInfo("door/evil.py"))
    collect(path, tmp_path / "out")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_in_a_zip_is_refused_when_it_leads_out_and_copied_when_not(tmp_path):
    path = tmp_path / "hw1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", SCRIPT)
        for name, target in (("in.py", "a.py"), ("out.py", "/etc/passwd")):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o120777 << 16
            archive.writestr(info, target)
    submission = collect(path, tmp_path / "out")
    assert submission.files == ("a.py", "in.py")
    assert (submission.folder / "in.py").read_text() == SCRIPT
    assert submission.notes == ("Refused because the link leads out of the submission's folder: out.py.",)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_in_a_tar_are_refused(tar_of, tmp_path, kind):
    submission = collect(tar_of({"a.py": SCRIPT}, member("null.py", kind)), tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes == ("Refused because it is not an ordinary file: null.py.",)


def test_links_in_a_folder_are_copied_when_they_stay_inside_and_refused_when_not(folder_of, tmp_path):
    folder = folder_of({"a.py": SCRIPT, "code/c.py": SCRIPT})
    (tmp_path / "secret.py").write_text("secret")
    (folder / "in.py").symlink_to("a.py")
    (folder / "out.py").symlink_to(tmp_path / "secret.py")
    (folder / "outside").symlink_to(tmp_path)
    (folder / "again").symlink_to(folder / "code")
    submission = collect(folder, tmp_path / "out")
    assert submission.files == ("a.py", "code/c.py", "in.py")
    assert submission.notes == (
        "Refused because the link leads out of the submission's folder: out.py, outside.",
        "Refused because the link leads to nothing that was handed in: again.",
    )


def test_pipes_and_sockets_in_a_folder_are_refused(folder_of, tmp_path, monkeypatch):
    folder = folder_of({"a.py": SCRIPT})
    os.mkfifo(folder / "pipe.py")
    monkeypatch.chdir(folder)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        submission = collect(folder, tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes == ("Refused because it is not an ordinary file: pipe.py, socket.py.",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_files_and_folders_that_may_not_be_read_are_noted(folder_of, tmp_path):
    folder = folder_of({"a.py": SCRIPT, "b.py": SCRIPT, "shut/c.py": SCRIPT})
    (folder / "b.py").chmod(0)
    (folder / "shut").chmod(0)
    submission = collect(folder, tmp_path / "out")
    (folder / "shut").chmod(0o700)
    assert submission.files == ("a.py",)
    assert submission.notes == (
        "Left out because it cannot be read (Permission denied): b.py.",
        "Refused because the folder cannot be read (Permission denied): shut.",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
@pytest.mark.parametrize("name", ["hw1", "hw1.zip"])
def test_a_submission_that_may_not_be_read_at_all_says_so(folder_of, zip_of, tmp_path, name):
    path = (zip_of if name.endswith(".zip") else folder_of)({"a.py": SCRIPT}, name)
    path.chmod(0)
    with pytest.raises(SubmissionError, match="cannot be opened: Permission denied"):
        collect(path, tmp_path / "out")
    with pytest.raises(SubmissionError, match="cannot be opened: Permission denied"):
        find_submissions(path, tmp_path / "unpacked")
    path.chmod(0o700)


def test_an_encrypted_zip_says_so(zip_of, tmp_path):
    path = zip_of({"a.py": SCRIPT})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x03\x04") + 6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(SubmissionError, match=r"encrypted with a password: a\.py"):
        collect(path, tmp_path / "out")


def test_one_damaged_file_in_a_zip_is_left_out(zip_of, tmp_path):
    path = zip_of({"a.py": SCRIPT, "b.py": "".join(map(str, range(999))), "c.py": SCRIPT})
    data = bytearray(path.read_bytes())
    start = data.find(b"b.py") + 40
    data[start : start + 20] = b"\xff" * 20
    path.write_bytes(data)
    submission = collect(path, tmp_path / "out")
    assert submission.sources == ("a.py", "c.py")
    assert submission.notes == ("Left out because it is cut off or damaged: b.py.",)


def test_a_zip_that_was_cut_off_is_graded_as_far_as_it_goes(zip_of, tmp_path):
    path = zip_of({f"hw1/file{number}.py": f"print({number})\n" for number in range(1, 8)})
    data = path.read_bytes()
    path.write_bytes(data[: data.find(b"hw1/file4.py") + 15])
    submission = collect(path, tmp_path / "out")
    assert submission.sources == ("file1.py", "file2.py", "file3.py")
    assert submission.notes == ("hw1.zip cannot be read after file 3: it is cut off or damaged.",)


def test_a_streamed_zip_that_was_cut_off_is_graded_as_far_as_it_goes(tmp_path):
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1, 6):
            archive.writestr(f"file{number}.py", f"print({number})\n")
        data = pipe.getvalue()
    (tmp_path / "hw1.zip").write_bytes(data[: data.find(b"file4.py") + 9])
    submission = collect(tmp_path / "hw1.zip", tmp_path / "out")
    assert submission.sources == ("file1.py", "file2.py", "file3.py")
    assert (submission.folder / "file3.py").read_text() == "print(3)\n"


@pytest.mark.parametrize("name", ["hw1.tar", "hw1.tar.gz", "hw1.tar.bz2", "hw1.tar.xz"])
def test_a_tar_that_was_cut_off_is_graded_as_far_as_it_goes(tar_of, tmp_path, name):
    path = tar_of({"a.py": SCRIPT, "noise.bin": os.urandom(2_000_000), "b.py": SCRIPT}, name=name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    submission = collect(path, tmp_path / "out")
    assert submission.sources == ("a.py",)
    assert f"{name} cannot be read after file 1: it is cut off or damaged." in submission.notes


def test_a_tar_with_a_damaged_header_is_not_taken_for_complete(tar_of, tmp_path):
    path = tar_of({"a.py": SCRIPT, "b.py": SCRIPT}, name="hw1.tar")
    data = path.read_bytes()
    path.write_bytes(data[:1024] + b"\x99" * (len(data) - 1024))
    submission = collect(path, tmp_path / "out")
    assert submission.notes == ("hw1.tar cannot be read after file 1: it is cut off or damaged.",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"no archive", "it is not a zip archive"),
        (b"Rar!\x1a\x07\x01\x00", "it is a RAR file"),
        (b"7z\xbc\xaf\x27\x1c", "it is a 7z file"),
        (b"<!DOCTYPE html><p>Log in", "it is a HTML file"),
        (b"PK\x05\x06" + b"\0" * 18, "an empty one"),
        (b"\x1f\x8b\x08\x00 not gzip", "damaged"),
    ],
)
def test_what_is_only_called_a_zip_is_told_apart(tmp_path, content, reason):
    (tmp_path / "hw1.zip").write_bytes(content)
    with pytest.raises(SubmissionError, match=f"hw1.zip cannot be read: .*{reason}"):
        collect(tmp_path / "hw1.zip", tmp_path / "out")


def test_a_tar_that_is_called_zip_is_opened_all_the_same(tar_of, tmp_path):
    path = tar_of({"a.py": SCRIPT}).rename(tmp_path / "hw1.zip")
    assert collect(path, tmp_path / "out").sources == ("a.py",)


@pytest.mark.parametrize(("kind", "name"), [("zip", "code.zip"), ("tar", "code.tar.gz")])
def test_an_archive_in_an_archive_is_opened(zip_of, tmp_path, kind, name):
    submission = collect(zip_of({name: nested({"mlp.py": SCRIPT}, kind), "report.pdf": b"%PDF"}), tmp_path / "out")
    assert submission.files == ("code/mlp.py", "report.pdf")
    assert submission.notes == (f"Opened the archive that was inside: {name}.",)


def test_an_archive_two_levels_down_stays_closed(zip_of, tmp_path):
    middle = io.BytesIO()
    with zipfile.ZipFile(middle, "w") as archive:
        archive.writestr("inner.zip", nested({"deep.py": SCRIPT}))
        archive.writestr("a.py", SCRIPT)
    submission = collect(zip_of({"b.py": SCRIPT, "middle.zip": middle.getvalue()}), tmp_path / "out")
    assert submission.files == ("b.py", "middle/a.py", "middle/inner.zip")
    assert "Not opened because archives are opened one level down only: middle/inner.zip." in submission.notes


def test_a_damaged_archive_inside_does_not_spoil_the_rest(zip_of, tmp_path):
    submission = collect(zip_of({"a.py": SCRIPT, "code.zip": b"Rar!1234"}), tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes == ("code.zip cannot be read: it is a RAR file; .zip and .tar.gz can be opened.",)


def test_the_names_of_an_inner_archive_are_checked_like_all_others(zip_of, tmp_path):
    inner = nested({"../evil.py": "", "/abs.py": "", "ok.py": SCRIPT})
    submission = collect(zip_of({"a.py": SCRIPT, "code.zip": inner}), tmp_path / "out")
    assert submission.files == ("a.py", "code/ok.py")


def test_odd_names_of_archives_do_no_harm(zip_of, tmp_path):
    files = {"a.py": SCRIPT, ".zip": nested({"b.py": SCRIPT}), "x/..zip": nested({"c.py": SCRIPT})}
    assert len(collect(zip_of(files), tmp_path / "out").sources) == 3


def test_a_zip_with_too_many_names_is_not_even_listed(zip_of, tmp_path):
    path = zip_of({f"{number}.py": "" for number in range(30)})
    with pytest.raises(SubmissionError, match="it lists more than 20 files"):
        collect(path, tmp_path / "out", limits=Limits(archive_entries=20))


def test_a_tar_with_too_many_names_is_read_up_to_there(tar_of, tmp_path):
    path = tar_of({f"{number}.py": "" for number in range(30)})
    submission = collect(path, tmp_path / "out", limits=Limits(archive_entries=20))
    assert submission.notes == ("hw1.tar.gz cannot be read after file 20: it lists more than 20 files.",)


def test_a_tar_that_declares_a_terabyte_does_not_keep_the_grader_busy(tar_of, tmp_path):
    huge = member("huge.bin", tarfile.REGTYPE)
    huge.size = 10**12
    submission = collect(tar_of({"a.py": SCRIPT}, huge, name="hw1.tar"), tmp_path / "out")
    assert submission.sources == ("a.py",)
    assert "hw1.tar cannot be read after file 1: it is cut off or damaged." in submission.notes


@pytest.mark.parametrize("name", ["hw1.zip", "hw1.tar", "hw1.tar.gz"])
def test_however_an_archive_is_damaged_it_is_graded_or_explained(zip_of, tar_of, tmp_path, name):
    files = {"hw1/a.py": SCRIPT, "hw1/code.zip": nested({"b.py": SCRIPT}), "hw1/Übung.ipynb": '{"cells": []}'}
    data = (zip_of if name.endswith("zip") else tar_of)(files, name=name).read_bytes()
    dice = random.Random(0)
    for number in range(60):
        damaged = bytearray(data)
        for _ in range(dice.choice([1, 3, 30])):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        (tmp_path / name).write_bytes(damaged[: dice.choice([None, dice.randrange(len(damaged))])])
        with contextlib.suppress(SubmissionError):
            submission = collect(tmp_path / name, tmp_path / f"out{number}")
            assert all((submission.folder / source).is_file() for source in submission.sources)
