"""An IPython kernel for student notebooks: `python -m autograder.worker.kernel -f CONNECTION_FILE`."""

from __future__ import annotations

import sys

from autograder.worker import fresh


def main() -> None:
    from ipykernel.kernelapp import IPKernelApp

    fresh.prepare()
    sys.path.insert(0, "")  # the notebook's own folder, as in Jupyter
    plain = ["--InteractiveShell.xmode=Plain", "--InteractiveShell.colors=NoColor", "--HistoryManager.enabled=False"]
    IPKernelApp.launch_instance([*sys.argv[1:], *plain])


if __name__ == "__main__":
    main()
