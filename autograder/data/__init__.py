"""The data sets: fetched once, verified by checksum, opened memory-mapped so that processes share them.

`fetch` brings a set into the cache, `verify` compares it with the pinned checksums, `status` says what is
there, and `open_set` and `array_path` open it. Everything that goes wrong is a `DataError` that says what
to do.
"""

from autograder.data.catalog import CATALOG, DataError
from autograder.data.fetching import Fetched, fetch
from autograder.data.progress import OnProgress, Step, progress_bar
from autograder.data.store import ImageSet, SetStatus, array_path, open_set, status, verify

__all__ = [
    "CATALOG",
    "DataError",
    "Fetched",
    "ImageSet",
    "OnProgress",
    "SetStatus",
    "Step",
    "array_path",
    "fetch",
    "open_set",
    "progress_bar",
    "status",
    "verify",
]
