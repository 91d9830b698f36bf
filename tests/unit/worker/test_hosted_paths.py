"""Folders of Colab and Kaggle are folders beside the submission."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.worker import hosted_paths
from autograder.worker.hosted_paths import HostedPaths, local, make_folders


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
