"""Homework 1 with tf.keras: Sequential and functional models, compile, fit, evaluate, predict."""
import time

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers, regularizers
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import SGD, Adam, RMSprop

tf.keras.utils.set_random_seed(42)

SIZES = [784, 128, 64, 10]


def crossentropy():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# ---------------------------------------------------------------- Problem 1

def build_mlp(layer_sizes, activation="relu"):
    if activation not in ("relu", "sigmoid", "tanh"):
        raise ValueError("activation must be 'relu', 'sigmoid' or 'tanh', not " + repr(activation))
    model = Sequential()
    model.add(keras.Input(shape=(layer_sizes[0],)))
    for units in layer_sizes[1:-1]:
        model.add(layers.Dense(units))
        model.add(layers.Activation(activation))
    model.add(layers.Dense(layer_sizes[-1]))
    return model


def train_epoch(model, loader, optimizer, loss_fn):
    model.compile(optimizer=optimizer, loss=loss_fn, metrics=["accuracy"])
    history = model.fit(loader, epochs=1, verbose=0)
    return history.history["loss"][0]


def evaluate(model, loader):
    model.compile(loss=crossentropy(), metrics=["accuracy"])
    loss, accuracy = model.evaluate(loader, verbose=0)
    return accuracy


def compare_activations(train_loader, test_loader, epochs=10):
    results = {}
    for name in ["relu", "sigmoid", "tanh"]:
        model = build_mlp(SIZES, name)
        model.compile(optimizer=Adam(learning_rate=0.001), loss=crossentropy(), metrics=["accuracy"])
        history = model.fit(train_loader, epochs=epochs, verbose=0)
        _, acc = model.evaluate(test_loader, verbose=0)
        results[name] = {"train_loss": history.history["loss"], "test_accuracy": acc}
    return results


X_XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
Y_XOR = np.array([0, 1, 1, 0], dtype=np.float32)


def build_xor_model(hidden=4):
    return Sequential([
        keras.Input(shape=(2,)),
        layers.Dense(hidden, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    ])


def train_xor(model=None):
    for attempt in range(10):
        net = model if model is not None and attempt == 0 else build_xor_model()
        net.compile(optimizer=Adam(learning_rate=0.1), loss="binary_crossentropy")
        net.fit(X_XOR, Y_XOR, epochs=150, batch_size=4, verbose=0)
        if ((net.predict(X_XOR, verbose=0)[:, 0] > 0.5) == (Y_XOR > 0.5)).all():
            break
    return net


def decision_boundary(model, resolution=200):
    line = np.linspace(-0.25, 1.25, resolution)
    xx, yy = np.meshgrid(line, line)
    grid = np.stack([xx, yy], axis=-1).reshape(-1, 2)
    return xx, yy, model.predict(grid, verbose=0).reshape(xx.shape)


# ---------------------------------------------------------------- Problem 2

def build_optimizer(name, parameters=None):
    return {
        "SGD": lambda: SGD(learning_rate=0.01),
        "SGD+Momentum": lambda: SGD(learning_rate=0.01, momentum=0.9),
        "RMSprop": lambda: RMSprop(learning_rate=0.001),
        "Adam": lambda: Adam(learning_rate=0.001),
    }[name]()


class AfterEachEpoch(keras.callbacks.Callback):
    """Measures accuracies after every epoch, and the time without the measuring."""

    def __init__(self, **loaders):
        super().__init__()
        self.loaders, self.found, self.seconds = loaders, {name: [] for name in loaders}, 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.time()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds += time.time() - self.start
        for name, loader in self.loaders.items():
            hits = [(self.model.predict_on_batch(x).argmax(-1) == y) for x, y in loader]
            self.found[name].append(float(np.concatenate(hits).mean()))


def compare_optimizers(train_loader, test_loader, epochs=20):
    results = {}
    for name in ["SGD", "SGD+Momentum", "RMSprop", "Adam"]:
        model = build_mlp(SIZES)
        model.compile(optimizer=build_optimizer(name), loss=crossentropy())
        watch = AfterEachEpoch(test_accuracy=test_loader)
        history = model.fit(train_loader, epochs=epochs, verbose=0, callbacks=[watch])
        results[name] = {"train_loss": history.history["loss"], "seconds": watch.seconds, **watch.found}
    return results


def build_deep_mlp(activation, hidden_layers=6, width=256):
    inputs = keras.Input(shape=(784,))
    x = inputs
    for _ in range(hidden_layers):
        x = layers.Dense(width, activation=activation)(x)
    return keras.Model(inputs, layers.Dense(10)(x))


def gradients_of(model, x, y, loss_fn):
    # without GradientTape: Keras runs on PyTorch here, so the loss is a tensor that knows its gradients
    for variable in model.trainable_variables:
        variable.value.grad = None
    loss_fn(y, model(x, training=True)).backward()
    return [variable.value.grad for variable in model.trainable_variables]


def gradient_magnitudes(model, x, y, loss_fn):
    return [float(abs(g).mean()) for g in gradients_of(model, x, y, loss_fn) if g.ndim == 2]


def track_gradients(model, loader, optimizer, loss_fn, steps):
    rows = []
    while len(rows) < steps:
        for x, y in loader:
            if len(rows) == steps:
                break
            grads = gradients_of(model, x, y, loss_fn)
            rows.append([float(abs(g).mean()) for g in grads if g.ndim == 2])
            optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return np.array(rows)


def build_regularized_mlp(layer_sizes, dropout=0.5, l2=None):
    model = Sequential([keras.Input(shape=(layer_sizes[0],))])
    for units in layer_sizes[1:-1]:
        model.add(layers.Dense(units, activation="relu", kernel_regularizer=l2))
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(layer_sizes[-1], kernel_regularizer=l2))
    return model


def compare_regularization(train_loader, test_loader, epochs=10):
    results = {}
    for name, dropout, l2 in [("none", 0, None), ("l2", 0, regularizers.l2(0.001)), ("dropout", 0.5, None)]:
        model = build_regularized_mlp(SIZES, dropout, l2)
        model.compile(optimizer=Adam(0.001), loss=crossentropy())
        watch = AfterEachEpoch(train_accuracy=train_loader, test_accuracy=test_loader)
        model.fit(train_loader, epochs=epochs, verbose=0, callbacks=[watch])
        results[name] = watch.found
    return results


# ---------------------------------------------------------------- Problem 3

def build_cnn():
    inputs = keras.Input(shape=(32, 32, 3))
    x = layers.Conv2D(32, (3, 3), padding="same", activation="relu")(inputs)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Conv2D(64, (3, 3), padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10)(x))


def train_cnn(model, train_loader, validation_loader, epochs=20):
    model.compile(optimizer=Adam(learning_rate=0.001), loss=crossentropy(), metrics=["accuracy"])
    h = model.fit(train_loader, validation_data=validation_loader, epochs=epochs, verbose=0).history
    return {"train_loss": h["loss"], "validation_loss": h["val_loss"], "validation_accuracy": h["val_accuracy"]}


def confusion_matrix(model, loader):
    true = np.concatenate([y for _, y in loader])
    predicted = np.argmax(model.predict(loader, verbose=0), axis=1)
    matrix = np.zeros((10, 10), dtype=int)
    for t, p in zip(true, predicted):
        matrix[t, p] += 1
    return matrix


def build_cnn_variants():
    def stack(filters, size, pool, dense):
        model = Sequential([keras.Input(shape=(32, 32, 3))])
        for group in filters:
            for count in group:
                model.add(layers.Conv2D(count, size, padding="same", activation="relu"))
            model.add(pool(2))
        model.add(layers.Flatten())
        model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(10))
        return model

    return {
        "basic": build_cnn(),
        "deeper": stack([[32, 32], [64]], 3, layers.MaxPooling2D, 128),
        "5x5, average": stack([[16], [32]], 5, layers.AveragePooling2D, 64),
    }


def count_parameters(model):
    return int(sum(keras.ops.size(w) for w in model.trainable_weights))


def compare_architectures(train_loader, test_loader, epochs=10):
    table = {}
    for name, model in build_cnn_variants().items():
        model.compile(optimizer="adam", loss=crossentropy(), metrics=["accuracy"])
        start = time.time()
        model.fit(train_loader, epochs=epochs, verbose=0)
        seconds = time.time() - start
        table[name] = {
            "parameters": count_parameters(model),
            "seconds": seconds,
            "test_accuracy": model.evaluate(test_loader, verbose=0)[1],
        }
    return table


def first_conv(model):
    return [layer for layer in model.layers if isinstance(layer, layers.Conv2D)][0]


def first_layer_filters(model):
    weights, biases = first_conv(model).get_weights()
    return weights.transpose(3, 0, 1, 2)


def activation_maps(model, images):
    extractor = keras.Model(model.inputs, first_conv(model).output)
    return extractor.predict(images, verbose=0).transpose(0, 3, 1, 2)


# ---------------------------------------------------------------- bonus

def build_transfer_model(num_classes=10, pretrained=True):
    base = keras.applications.MobileNetV2(
        include_top=False, weights="imagenet" if pretrained else None, input_shape=(96, 96, 3), pooling="avg"
    )
    base.trainable = False
    inputs = keras.Input(shape=(32, 32, 3))
    x = layers.Resizing(96, 96)(inputs)
    x = layers.Rescaling(2.0, offset=-1.0)(x)
    return keras.Model(inputs, layers.Dense(num_classes)(base(x, training=False)))


def fine_tune(model, train_loader, epochs=1):
    model.compile(optimizer=Adam(learning_rate=0.001), loss=crossentropy())
    return {"train_loss": model.fit(train_loader, epochs=epochs, verbose=0).history["loss"]}


# ---------------------------------------------------------------- plots

def curves(ax, lines, title, ylabel):
    for label, values in lines.items():
        ax.plot(range(1, len(values) + 1), values, marker="o", label=label)
    ax.set(title=title, xlabel="epoch", ylabel=ylabel)
    ax.legend()


def plot_activations(comparison):
    fig, ax = plt.subplots()
    curves(ax, {k: v["train_loss"] for k, v in comparison.items()}, "Activation functions", "training loss")
    return fig


def plot_decision_boundary(boundary):
    xx, yy, p = boundary
    fig, ax = plt.subplots()
    fig.colorbar(ax.contourf(xx, yy, p, levels=20, cmap="coolwarm"))
    ax.scatter(X_XOR[:, 0], X_XOR[:, 1], c=Y_XOR, edgecolors="k", cmap="coolwarm")
    ax.set(title="XOR", xlabel="x1", ylabel="x2")
    return fig


def plot_optimizers(comparison):
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    curves(left, {k: v["train_loss"] for k, v in comparison.items()}, "Loss", "training loss")
    curves(right, {k: v["test_accuracy"] for k, v in comparison.items()}, "Accuracy", "test accuracy")
    return fig


def plot_gradients(gradients):
    fig, ax = plt.subplots()
    curves(ax, {k: np.mean(v, axis=0) for k, v in gradients.items()}, "Gradients by layer", "mean |gradient|")
    ax.set(xlabel="layer", yscale="log")
    return fig


def plot_regularization(comparison):
    fig, ax = plt.subplots()
    lines = {f"{k} ({s})": v[f"{s}_accuracy"] for k, v in comparison.items() for s in ("train", "test")}
    curves(ax, lines, "Regularization", "accuracy")
    return fig


def plot_training(history):
    fig, ax = plt.subplots()
    curves(ax, {"training": history["train_loss"], "validation": history["validation_loss"]}, "CNN", "loss")
    return fig


def plot_confusion_matrix(matrix):
    classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    fig, ax = plt.subplots(figsize=(7, 6))
    fig.colorbar(ax.imshow(matrix))
    ax.set_xticks(range(10), classes, rotation=90)
    ax.set_yticks(range(10), classes)
    ax.set(title="Confusion matrix", xlabel="predicted class", ylabel="true class")
    return fig


def plot_filters(filters):
    low, high = filters.min(), filters.max()
    return grid([(f - low) / (high - low + 1e-9) for f in filters], "Filters of the first layer")


def plot_activation_maps(maps):
    return grid([m for image in maps for m in image[:16]], "Activation maps of the first layer")


def grid(pictures, title):
    rows = (len(pictures) + 7) // 8
    fig, axs = plt.subplots(rows, 8, figsize=(8, rows), squeeze=False)
    for ax in axs.flat:
        ax.axis("off")
    for ax, picture in zip(axs.flat, pictures):
        ax.imshow(picture, cmap="viridis")
    fig.suptitle(title)
    return fig


if __name__ == "__main__":
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    mlp = build_mlp(SIZES)
    mlp.compile(optimizer="adam", loss=crossentropy(), metrics=["accuracy"])
    mlp.fit(x_train.reshape(-1, 784) / 255.0, y_train, epochs=10, batch_size=128)
