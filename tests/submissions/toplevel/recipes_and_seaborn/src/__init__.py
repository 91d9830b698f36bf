"""Small experiment framework for homework 1."""
from .callbacks import BestCheckpoint, GradientRecorder, ProgressPrinter, Stopwatch
from .data import DataModule, cifar10, mnist
from .engine import Callback, Trainer
from .experiment import Experiment, Sweep
from .models import MLP, ConvNet, n_params, transfer_resnet18
from . import viz

__all__ = [
    "BestCheckpoint", "GradientRecorder", "ProgressPrinter", "Stopwatch",
    "DataModule", "cifar10", "mnist", "Callback", "Trainer", "Experiment", "Sweep",
    "MLP", "ConvNet", "n_params", "transfer_resnet18", "viz",
]
