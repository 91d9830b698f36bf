"""Homework 1 as a package. `python -m hw1` reproduces the report."""

from .bonus import build_transfer_model, fine_tune
from .experiments import (
    compare_activations,
    compare_architectures,
    compare_optimizers,
    compare_regularization,
)
from .gradients import gradient_magnitudes, track_gradients
from .networks import (
    build_cnn,
    build_cnn_variants,
    build_deep_mlp,
    build_mlp,
    build_regularized_mlp,
    count_parameters,
)
from .optimizers import build_optimizer
from .training import confusion_matrix, evaluate, train_cnn, train_epoch
from .xor import build_xor_model, decision_boundary, train_xor
