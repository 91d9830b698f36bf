"""Downloads a data set with torchvision and writes its arrays, in a separate process, so that it can be stopped.

`python -m autograder.data.torchvision_download CLASS FOLDER TARGET`: torchvision keeps its files in FOLDER, and
does not download complete ones again; the arrays go to TARGET. If it fails, the reason is on standard error.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Final

import numpy as np

from autograder.data.arrays import write_array

SILENCE_SECONDS: Final = 10.0  # a server that sends nothing for this long is given up


def download(class_name: str, folder: Path, target: Path) -> None:
    """Write the four arrays of `torchvision.datasets.<class_name>`. Raises what torchvision raises."""
    from autograder.worker import torchvision_shim

    torchvision_shim.make_importable()
    from torchvision import datasets

    for split in ("train", "test"):
        data_set = getattr(datasets, class_name)(folder, train=split == "train", download=True)
        images = np.asarray(data_set.data, np.uint8)
        if images.ndim == 4:
            images = images.transpose(0, 3, 1, 2)
        write_array(target / f"{split}-images.npy", images)
        write_array(target / f"{split}-labels.npy", np.asarray(data_set.targets, np.uint8))


def main() -> None:
    class_name, folder, target = sys.argv[1:]
    socket.setdefaulttimeout(SILENCE_SECONDS)
    try:
        download(class_name, Path(folder), Path(target))
    except (RuntimeError, OSError, ImportError) as error:
        sys.exit(f"{type(error).__name__}: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
