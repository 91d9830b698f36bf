from __future__ import annotations

import io
import zipfile

import pytest

from autograder.submission.collect import collect
from autograder.submission.records import Limits

SCRIPT = "print('mlp')\n"
ENVIRONMENT = {
    "venv/pyvenv.cfg": "home = /usr",
    "venv/bin/activate_this.py": "",
    "venv/lib/python3.11/site-packages/torch/__init__.py": "",
}


def test_leftovers_are_left_out_with_one_note(zip_of, folder_of, tmp_path):
    files = ENVIRONMENT | {
        "a.py": SCRIPT,
        "__MACOSX/._a.py": "x",
        "._a.py": "x",
        ".DS_Store": "x",
        ".ipynb_checkpoints/a-checkpoint.ipynb": "{}",
        "__pycache__/a.cpython-311.pyc": "x",
        ".git/hooks/hook.py": "x",
        "data/MNIST/raw/train-images-idx3-ubyte": "x",
        "data/MNIST/raw/mine.py": "x",
        "data/cifar-10-batches-py/data_batch_1": "x",
        "data/cifar-10-python.tar.gz": "x",
    }
    note = (
        "Ignored: Python caches, a virtual environment, data sets, macOS leftovers, "
        "notebook checkpoints, version control data."
    )
    for number, path in enumerate([zip_of(files), folder_of(files)]):
        submission = collect(path, tmp_path / f"out{number}")
        assert submission.files == ("a.py",)
        assert submission.notes == (note,)


def test_a_virtual_environment_around_the_work_does_not_take_the_work_along(zip_of, tmp_path):
    files = {name.replace("venv/", "hw1/"): content for name, content in ENVIRONMENT.items()} | {"hw1/a.py": SCRIPT}
    assert collect(zip_of(files), tmp_path / "out").files == ("a.py",)


def test_links_of_a_virtual_environment_are_not_worth_a_note(folder_of, tmp_path):
    folder = folder_of(ENVIRONMENT | {"a.py": SCRIPT})
    (folder / "venv/bin/python").symlink_to("/usr/bin/python3")
    (folder / "venv/lib64").symlink_to("lib")
    assert collect(folder, tmp_path / "out").notes == ("Ignored: a virtual environment.",)


def test_names_that_differ_only_in_case_are_kept_apart(zip_of, tmp_path):
    submission = collect(zip_of({"MLP.py": "1", "mlp.py": "2", "Mlp.py": "3"}), tmp_path / "out")
    assert len({name.casefold() for name in submission.files}) == 3
    assert submission.notes[0].startswith("Renamed because another name differs only in the case of letters: ")


def test_of_two_files_with_one_name_the_later_counts(tmp_path):
    path = tmp_path / "hw1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", "old")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.py", "new")
    submission = collect(path, tmp_path / "out")
    assert (submission.folder / "a.py").read_text() == "new"
    assert submission.notes == ("Found twice under the same name, the later one counts: a.py.",)


def test_a_file_that_is_also_a_folder_is_refused(zip_of, tmp_path):
    submission = collect(zip_of({"a.py": SCRIPT, "x.py": SCRIPT, "x.py/b.py": SCRIPT}), tmp_path / "out")
    assert submission.files == ("a.py", "x.py")
    assert submission.notes[0].startswith("Refused because this machine cannot store such a name")


def test_invisible_characters_in_names_are_replaced(zip_of, tmp_path):
    submission = collect(zip_of({"a\u202eyp.py": SCRIPT, "b\x1b[31m.py": SCRIPT}), tmp_path / "out")
    assert submission.files == ("a_yp.py", "b_[31m.py")
    assert submission.notes == ("Renamed because characters of the name cannot be shown: a_yp.py, b_[31m.py.",)


@pytest.mark.parametrize("name", ["x" * 256 + ".py", "/".join(["long" * 25] * 11) + ".py", "ü" * 130 + ".py"])
def test_a_name_that_is_too_long_is_refused(zip_of, tmp_path, name):
    submission = collect(zip_of({"a.py": SCRIPT, name: SCRIPT}), tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes[0].startswith("Refused because the name is too long: ")
    assert len(submission.notes[0]) < 200


def test_a_file_too_deep_in_folders_is_refused(zip_of, tmp_path):
    submission = collect(zip_of({"a.py": SCRIPT, "d/" * 21 + "b.py": SCRIPT}), tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes[0].startswith("Refused because it lies more than 20 folders deep: ")


def test_a_decompression_bomb_is_refused_and_the_rest_collected(zip_of, tar_of, tmp_path):
    files = {"a.py": SCRIPT, "zeros.bin": bytes(30_000_000)}
    for number, path in enumerate([zip_of(files), tar_of(files)]):
        submission = collect(path, tmp_path / f"out{number}")
        assert submission.files == ("a.py",)
        assert len(submission.notes) == 1
        assert submission.notes[0].startswith("Refused because it unpacks to over 200 times its archive's size")


def test_a_bomb_in_an_inner_archive_is_refused(zip_of, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.bin", bytes(30_000_000))
    submission = collect(zip_of({"a.py": SCRIPT, "inner.zip": inner.getvalue()}), tmp_path / "out")
    assert submission.files == ("a.py",)


def test_a_bomb_that_lies_about_its_size_yields_no_more_than_it_declared(zip_of, tmp_path):
    path = zip_of({"a.py": SCRIPT, "zeros.bin": bytes(3_000_000)})
    path.write_bytes(path.read_bytes().replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    submission = collect(path, tmp_path / "out")
    assert submission.files == ("a.py",)
    assert submission.notes == ("Left out because it is cut off or damaged: zeros.bin.",)


def test_a_file_without_a_declared_size_is_counted_while_it_is_read(zip_of, tmp_path):
    path = zip_of({"a.py": SCRIPT, "zeros.bin": bytes(30_000_000)})
    data = path.read_bytes()
    path.write_bytes(data[: data.find(b"PK\x01\x02")])  # without its index, sizes are not even looked at
    submission = collect(path, tmp_path / "out")
    assert submission.files == ("a.py",)
    assert "as a decompression bomb does: zeros.bin" in submission.notes[0]


def test_small_files_may_be_packed_as_tightly_as_they_like(zip_of, tmp_path):
    submission = collect(zip_of({"a.py": SCRIPT, "zeros.bin": bytes(5_000_000)}), tmp_path / "out")
    assert submission.files == ("a.py", "zeros.bin")


def test_what_is_over_the_total_is_refused_and_sources_have_precedence(zip_of, folder_of, tmp_path):
    files = {"1.bin": bytes(900), "2.bin": bytes(900), "3.txt": bytes(50), "z.py": SCRIPT}
    for number, path in enumerate([zip_of(files), folder_of(files)]):
        submission = collect(path, tmp_path / f"out{number}", limits=Limits(total_bytes=1_000))
        assert submission.files == ("1.bin", "3.txt", "z.py")
        assert submission.notes == ("Refused because a submission may have 0 MB at most: 2.bin.",)


def test_the_total_covers_inner_archives(zip_of, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("big.bin", bytes(6_000))
        archive.writestr("b.py", SCRIPT)
    path = zip_of({"a.py": SCRIPT, "inner.zip": inner.getvalue()})
    submission = collect(path, tmp_path / "out", limits=Limits(total_bytes=10_000))
    assert submission.files == ("a.py", "inner/b.py")


def test_files_over_the_number_are_refused(zip_of, tmp_path):
    files = {f"{number}.txt": "" for number in range(9)} | {"a.py": SCRIPT}
    submission = collect(zip_of(files), tmp_path / "out", limits=Limits(files=4))
    assert submission.files == ("0.txt", "1.txt", "2.txt", "a.py")
    assert submission.notes == (
        "Refused because there are more than 4 files: 3.txt, 4.txt, 5.txt, 6.txt, 7.txt and 1 more.",
    )


def test_a_tar_is_read_no_further_than_the_limit(tar_of, tmp_path):
    path = tar_of({"a.py": SCRIPT, "data/MNIST/raw/x": bytes(3_000_000), "b.py": SCRIPT})
    submission = collect(path, tmp_path / "out", limits=Limits(stream_bytes=1_000_000))
    assert submission.sources == ("a.py",)
    assert "hw1.tar.gz cannot be read after file " in submission.notes[0]
    assert "it unpacks to too much" in submission.notes[0]
