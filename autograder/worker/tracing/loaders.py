"""Properties of a data loader: its batches, its data set behind the cut, and the order of its samples."""

from __future__ import annotations

from typing import Any

from torch.utils.data import BatchSampler, SequentialSampler

from autograder.worker.tracing.timelapse import Few, FirstDrawn, is_shuffled


def batch_size_of(loader: Any) -> int | None:
    batches = loader.batch_sampler if loader.batch_sampler is not None else loader.sampler
    size = loader.batch_size if loader.batch_size is not None else getattr(batches, "batch_size", None)
    return size if isinstance(size, int) else None


def length_of_iteration(loader: Any, samples: int) -> int:
    """How many samples an iteration over a data set of `samples` yields, as whole batches may be left out."""
    batches = loader.batch_sampler if loader.batch_sampler is not None else loader.sampler
    if isinstance(batches, FirstDrawn) and (loader.batch_size is None) and (size := batch_size_of(loader)):
        return min(len(batches) * size, samples)
    return samples


def draws_at_random(loader: Any) -> bool:
    """Whether a loader's samples are shuffled."""
    return is_shuffled(loader.batch_sampler if loader.batch_sampler is not None else loader.sampler)


def goes_in_order(loader: Any) -> bool:
    """Whether a loader yields its samples in order, the same in each iteration."""
    return isinstance(sampler_of(loader), SequentialSampler)


def labels_in(batch: Any, dataset: Any) -> Any:
    """The labels of a batch, which is its second entry. None if it has none, or zeros that skorch puts in their place."""
    whole = whole_of(dataset)
    if type(whole).__module__.startswith("skorch") and getattr(whole, "y", 0) is None:
        return None
    return batch[1] if isinstance(batch, list | tuple) and len(batch) > 1 else None


def whole_of(dataset: Any) -> Any:
    """The data set behind the cut."""
    return dataset.whole if isinstance(dataset, Few) else dataset


def sampler_of(loader: Any) -> Any:
    """The sampler that draws a loader's single samples, behind the cut and behind batch samplers; None if a student's own class
    draws whole batches."""
    draws_batches = loader.batch_sampler is not None
    sampler = loader.batch_sampler if draws_batches else loader.sampler
    while isinstance(sampler, FirstDrawn | BatchSampler):
        draws_batches = draws_batches and not isinstance(sampler, BatchSampler)
        sampler = sampler.sampler
    return None if draws_batches else sampler
