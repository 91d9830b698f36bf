"""The command line for podman and docker: a container with nothing in it but mounts. `docs/decisions/0025-containers.md`.

No image is downloaded: the only one is made here, from empty folders and the links into /usr. Student code sees the same as in
bubblewrap (`view.py`), as a user who owns nothing. So what is mounted must be readable by others; for the submission, a readable
copy is made.
"""

from __future__ import annotations

import functools
import hashlib
import io
import resource
import secrets
import shutil
import stat
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from autograder.isolation import Kind
from autograder.sandbox import cgroups, view
from autograder.sandbox.records import Launch, SandboxUnavailable
from autograder.worker.settings import WorkerSettings

KINDS: Final = (Kind.PODMAN, Kind.DOCKER)
IMAGE: Final = "localhost/autograder-sandbox"
SECONDS: Final = 30.0  # for podman or docker to answer; a start takes less than one
# User ids that belong to nobody, a different one per sandbox, as the kernel counts a user's processes on the whole machine.
# systemd reserves this range for services that need a user for a while; it is in the 65,536 that podman has without root.
USERS: Final = range(61184, 65520)
CPU_PERIOD: Final = 100_000  # microseconds
# Files that both programs derive from the machine's network, and docker's message queues, which would outlive a check.
HIDDEN_FILES: Final = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf")
HIDDEN_FOLDERS: Final = ("/dev/mqueue",)
DOOR: Final = "/door"
LENT: Final = "/lent"


@functools.cache
def container_problem(kind: Kind) -> str:
    """Why `kind` (PODMAN or DOCKER) can't be used here; empty if it can. Tries it once per process, for about a second."""
    if shutil.which(kind.value) is None:
        return f"{kind} is not installed"
    try:
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            launch = empty_launch(Path(folder).resolve())
            prepare(launch)
            _run([*command(kind, launch, new_name()), "true"])
    except SandboxUnavailable as error:
        return f"{kind} does not start a container here ({error})"
    return ""


def empty_launch(folder: Path) -> Launch:
    """A launch that shows nobody's files: an empty folder, with a scratch folder beside it."""
    shown, scratch = folder / "shown", folder / "scratch"
    for path in (shown, scratch):
        path.mkdir()
        path.chmod(0o755)
    return Launch(submission=shown, scratch=scratch, probes=shown, data=())


def new_name() -> str:
    """A name for a container, by which it can be killed."""
    return f"autograder-{secrets.token_hex(8)}"


def prepare(launch: Launch) -> None:
    """Put into the scratch folder what is mounted from there: a readable copy of the submission, and empty files and folders."""
    copy = launch.scratch / "submission"
    shutil.copytree(launch.submission, copy, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) | (0o555 if path.is_dir() else 0o444))
    (launch.scratch / "nothing").touch()
    for name in ("empty", "door"):
        (launch.scratch / name).mkdir()
    for name in ("nothing", "empty", "door"):
        (launch.scratch / name).chmod(0o555 if name != "nothing" else 0o444)


def command(kind: Kind, launch: Launch, name: str) -> list[str]:
    """The whole command for a worker of this launch; the program to run follows it.

    Raises SandboxUnavailable if a mount or the image can't be made.
    """
    made = image(kind)  # first: if docker's daemon doesn't run, this gives the clearest error
    user = str(secrets.choice(USERS))
    words = [kind.value, "run", "--rm", "--pull", "never", "--name", name, "--log-driver", "none"]
    words += ["--network", "none", "--ipc", "private", "--hostname", view.HOSTNAME, "--user", f"{user}:{user}"]
    words += ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges"]
    # With SELinux, the system's folders would have to be relabelled before they could be mounted.
    words += ["--security-opt", "label=disable"]
    words += _limits(kind, launch.threads)
    words += ["--tmpfs", f"{view.SCRATCH}:rw,exec,nosuid,nodev,size={view.SCRATCH_BYTES},mode=1777"]
    words += ["--tmpfs", f"{view.SHARED}:rw,nosuid,nodev,size={view.SHARED_BYTES},mode=1777"]
    for path, inside in _mounts(launch):
        words += _mount(path, inside)
    for device in filter(Path.exists, map(Path, view.devices(launch))):
        words += ["--device", str(device)]
    if kind is Kind.PODMAN:  # it adds more writable folders, and a list of users
        covered = ["/proc/pressure", *([] if launch.gpu else ["/sys"])]
        words += ["--security-opt", f"mask={':'.join(covered)}", "--read-only-tmpfs=false", "--passwd=false"]
    elif not launch.gpu:
        words += _mount(launch.scratch / "empty", "/sys")
    words += ["--env", f"PYTHONPATH={view.PYTHONPATH}", "--env", "PYTHONDONTWRITEBYTECODE=1", "--workdir", view.SCRATCH]
    return [*words, made]


def links(launch: Launch) -> dict[str, str]:
    """Links that are made inside before anything runs: from writable folders to the read-only files that belong in them."""
    return {inside: f"{LENT}/{path.name}" for path, inside in view.lent()}


@functools.cache
def image(kind: Kind) -> str:
    """The name of the image, which is made if it doesn't exist. Raises SandboxUnavailable."""
    content = _skeleton()
    name = f"{IMAGE}:{hashlib.sha256(content).hexdigest()[:12]}"
    try:
        _run([kind.value, "image", "inspect", name])
    except SandboxUnavailable:
        _run([kind.value, "import", "-", name], content)
    return name


@functools.cache
def _controllers(kind: Kind) -> frozenset[str]:
    """Which limits of a control group are available: some of memory, pids, cpu."""
    if kind is Kind.PODMAN:
        said = _run([kind.value, "info", "--format", "{{.Host.CgroupControllers}}"])
        return frozenset(said.strip().strip("[]").split())
    said = _run([kind.value, "info", "--format", "{{.MemoryLimit}} {{.PidsLimit}} {{.CPUCfsQuota}}"])
    names = zip(("memory", "pids", "cpu"), said.split(), strict=False)
    return frozenset(name for name, has in names if has == "true")


def _limits(kind: Kind, threads: int) -> Iterator[str]:
    """Limits for all that runs inside, slightly above those that the worker itself enforces, so that it can say why."""
    found = _controllers(kind)
    if "memory" in found:
        most = str(WorkerSettings.tree_bytes + cgroups.SPARE_BYTES)
        yield from ("--memory", most, "--memory-swap", most)
    tasks = WorkerSettings.processes + cgroups.SPARE_TASKS
    if "pids" in found:
        yield from ("--pids-limit", str(tasks))
    if "cpu" in found:
        quota = CPU_PERIOD * (threads + cgroups.SPARE_PROCESSORS)
        yield from ("--cpu-period", str(CPU_PERIOD), "--cpu-quota", str(quota))
    for what, kind_of_limit, bound in (
        ("nofile", resource.RLIMIT_NOFILE, WorkerSettings.files),
        ("nproc", resource.RLIMIT_NPROC, tasks),
        ("core", resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind_of_limit)
        most_here = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        yield from ("--ulimit", f"{what}={most_here}:{most_here}")


def _mounts(launch: Launch) -> Iterator[tuple[Path, str]]:
    """All read-only mounts: the path on this machine, and the path inside."""
    for path in view.system_folders():
        yield path, str(path)
    for file in filter(Path.exists, map(Path, view.SYSTEM_FILES)):
        yield file, str(file)
    yield from view.shown(launch)
    for path, _ in view.lent():
        yield path, f"{LENT}/{path.name}"
    yield launch.scratch / "submission", view.SUBMISSION
    yield launch.scratch / "door", DOOR
    for name in HIDDEN_FILES:
        yield launch.scratch / "nothing", name
    for name in HIDDEN_FOLDERS:
        yield launch.scratch / "empty", name


def _mount(path: Path, inside: str) -> list[str]:
    path = path.resolve()
    if {",", '"'} & {*str(path), *inside}:
        raise SandboxUnavailable(f"{path} can't be shown in a container: its path has a comma or a quotation mark")
    needed = 0o5 if path.is_dir() else 0o4
    if path.stat().st_mode & needed != needed:
        raise SandboxUnavailable(
            f"{path} can't be shown in a container, where student code is a user of its own: let others read it "
            f"(`chmod -R o+rX '{path}'`)"
        )
    return ["--mount", f"type=bind,source={path},destination={inside},readonly"]


def _skeleton() -> bytes:
    """A tar archive with the folders that are mount points, and the system's links."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in ("data", "dev", "etc", "proc", "sys", "tmp"):
            folder = tarfile.TarInfo(name)
            folder.type = tarfile.DIRTYPE
            folder.mode = 0o1777 if name == "tmp" else 0o755
            archive.addfile(folder)
        for path, target in view.system_links():
            link = tarfile.TarInfo(path.name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
    return buffer.getvalue()


def _run(words: list[str], given: bytes = b"") -> str:
    """The output of a command. Raises SandboxUnavailable with its error message if it fails."""
    try:
        done = subprocess.run(words, input=given, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxUnavailable(str(error)) from error
    if done.returncode != 0:
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if line and "--help'" not in line]
        raise SandboxUnavailable(said[-1] if said else f"exit code {done.returncode}")
    return done.stdout.decode(errors="replace")
