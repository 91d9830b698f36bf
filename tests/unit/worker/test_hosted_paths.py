"""Folders of Colab and Kaggle are folders beside the submission."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from autograder.worker import hosted_paths
from autograder.worker.hosted_paths import HostedPaths, local, make_folders
from autograder.worker.tracebacks import student_traceback


@pytest.fixture
def base(tmp_path, monkeypatch) -> str:
    monkeypatch.setattr(hosted_paths, "_base", "")
    hosted_paths.provide(tmp_path)
    return str(tmp_path / "hosted")


def changed(code: str) -> str:
    return ast.unparse(HostedPaths().visit(ast.parse(code)))


@pytest.mark.parametrize("path", ["/content", "/content/drive/MyDrive/hw1", "/kaggle/working/model.pt"])
def test_a_hosted_path_leads_to_a_folder_of_its_own_and_others_stay(base, path):
    assert local(path) == f"{base}{path}"
    assert changed(f"torch.save(net, '{path}')") == f"torch.save(net, '{base}{path}')"


@pytest.mark.parametrize("path", ["/contents/a", "content/a", "/tmp/content/x", "", "/data", "the /content folder"])
def test_other_paths_stay(base, path):
    assert local(path) == path
    assert changed(f"open('{path}')") == f"open('{path}')"


def test_the_beginning_of_a_formatted_path_is_changed(base):
    assert changed("f'/content/{name}.pt'") == f"f'{base}/content/{{name}}.pt'"


def test_folders_are_there_as_they_are_on_the_students_machine(base):
    changed("plt.savefig('/Users/ana/Desktop/hw1/plots/a.png'); out = '/home/ana/results'; os.mkdir('/home/ana/new')")
    assert Path(base, "Users/ana/Desktop/hw1/plots").is_dir() and Path(base, "home/ana/results").is_dir()
    assert not Path(base, "home/ana/new").exists()


def test_an_error_names_the_path_as_it_was_written(base, tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        exec(changed("open('/content/drive/nowhere.csv')"), {"open": open})
    message = student_traceback(raised.value, tmp_path)["message"]
    assert message.endswith("'/content/drive/nowhere.csv'")


def test_they_are_made_again_where_they_were_removed(base):
    changed("out = '/home/ana/results'")
    Path(base, "home/ana/results").rmdir()
    hosted_paths.make_again()
    assert Path(base, "home/ana/results").is_dir()


def test_a_path_of_this_machine_stays(base, tmp_path, monkeypatch):
    monkeypatch.setattr(hosted_paths, "ELSEWHERE", re.compile(re.escape(str(tmp_path))))
    assert changed(f"open('{tmp_path}/model.pt')") == f"open('{tmp_path}/model.pt')"


@pytest.mark.parametrize("path", ["/home/../etc/x", "/home/" + "a" * 2_000, "/home/a\\x00b"])
def test_a_path_that_leads_out_or_is_none_stays(base, path):
    assert ast.literal_eval(changed(f"'{path}'")) == ast.literal_eval(f"'{path}'")


def test_going_there_is_staying_and_magics_are_left_alone(base):
    assert changed("os.chdir('/content/drive/MyDrive/hw1')") == "os.chdir('.')"
    assert changed("os.chdir('parts')") == "os.chdir('parts')"
    magic = "get_ipython().run_line_magic('cd', '/content/drive')"
    assert changed(magic) == magic


def test_where_no_folders_are_provided_nothing_changes(monkeypatch):
    monkeypatch.setattr(hosted_paths, "_base", "")
    assert changed("open('/content/a')") == "open('/content/a')"


def test_a_line_that_makes_folders_does_so_and_other_commands_do_nothing(base, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in (
        "mkdir -p plots/a '/content/drive/MyDrive/my hw'",
        "touch b",
        "rm -rf plots",
        "mkdir 'unbalanced",
        "",
    ):
        make_folders(command)
    assert (tmp_path / "plots" / "a").is_dir() and Path(base, "content/drive/MyDrive/my hw").is_dir()
    assert not (tmp_path / "b").exists()
