from __future__ import annotations

from pathlib import Path

from autograder.worker.tracing.written import Written


def told_of(folder: Path, written: Written) -> list[tuple[str, object]]:
    told: list[dict[str, object]] = []
    written.emit(told.append)
    return [(str(each["what"]), each.get("text") or each.get("rows")) for each in told]


def test_texts_and_tables_that_are_written_during_a_run_are_told(tmp_path):
    (tmp_path / "README.md").write_text("was there before")
    (tmp_path / "notes.txt").write_text("first")
    written = Written(tmp_path, "main.py")
    results = tmp_path / "results"
    results.mkdir()
    (results / "results.md").write_text("| name | accuracy |\n|---|---|\n| ReLU | 97.8 % |\n")
    (results / "table.csv").write_text('optimizer,accuracy\n"SGD, plain",0.91\n')
    (results / "table.html").write_text("<table><tr><th>net</th><td>0.5</td></tr></table>")
    (results / "weights.pt").write_bytes(b"\0" * 10)
    (tmp_path / "notes.txt").write_text("first and second")
    assert told_of(tmp_path, written) == [
        ("printed", " and second"),
        ("printed", "| name | accuracy |\n|---|---|\n| ReLU | 97.8 % |\n"),
        ("table", [["optimizer", "accuracy"], ["SGD, plain", "0.91"]]),
        ("printed", "net | 0.5 | \n"),
    ]


def test_links_and_what_is_too_long_are_left_out(tmp_path):
    (tmp_path / "secret").write_text("elsewhere")
    folder = tmp_path / "work"
    folder.mkdir()
    written = Written(folder, "main.py")
    (folder / "link.txt").symlink_to(tmp_path / "secret")
    (folder / "long.txt").write_text("x" * 300_000)
    assert told_of(folder, written) == []


def test_of_very_many_texts_the_first_by_name_are_read(tmp_path):
    for number in range(300):
        (tmp_path / f"{number:03}.txt").write_text("before")
    written = Written(tmp_path, "main.py")
    for number in (7, 299):
        (tmp_path / f"{number:03}.txt").write_text(f"after {number}")
    assert told_of(tmp_path, written) == [("printed", "after 7")]
