"""Bonus in Keras: a network trained on ImageNet, fine-tuned for CIFAR-10.

Keras downloads the weights when they are first asked for.
"""

from __future__ import annotations

import keras
from keras import layers

from .problem1 import Loader, train_epoch

IMAGE_SIZE = 96
"""Pixels that a CIFAR image is enlarged to. The network was trained at 224, which takes much longer."""


def build_transfer_model(num_classes: int = 10, pretrained: bool = True) -> keras.Model:
    """A frozen MobileNetV2 with a new, trainable last layer: pictures (B, 32, 32, 3) give logits (B, num_classes).

    `pretrained=False` leaves the weights random.
    """
    network = keras.applications.MobileNetV2(
        input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3),
        include_top=False,
        weights="imagenet" if pretrained else None,
        pooling="avg",
    )
    network.trainable = False
    pictures = keras.Input((32, 32, 3))
    x = layers.Resizing(IMAGE_SIZE, IMAGE_SIZE)(pictures)
    x = layers.Rescaling(2.0, offset=-1.0)(x)  # from [0, 1] to [-1, 1], as it was trained
    x = network(x, training=False)
    return keras.Model(pictures, layers.Dense(num_classes)(x))


def fine_tune(model: keras.Model, train_loader: Loader, epochs: int = 1) -> dict[str, list[float]]:
    """Train what is not frozen, by Adam with learning rate 0.001.

    Returns `{"train_loss": [a float per epoch]}`.
    """
    optimizer = keras.optimizers.Adam(learning_rate=0.001)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return {"train_loss": [train_epoch(model, train_loader, optimizer, loss_fn) for _ in range(epochs)]}
