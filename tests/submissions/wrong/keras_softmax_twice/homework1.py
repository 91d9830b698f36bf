"""Problem 1 in Keras: MLPs on MNIST, activation functions, XOR."""
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers


def build_mlp(layer_sizes, activation="relu"):
    if activation not in ("relu", "sigmoid", "tanh"):
        raise ValueError(f"activation {activation!r} is not one of relu, sigmoid, tanh")
    model = keras.Sequential([keras.Input((layer_sizes[0],))])
    for size in layer_sizes[1:-1]:
        model.add(layers.Dense(size, activation=activation))
    model.add(layers.Dense(layer_sizes[-1], activation="softmax"))
    return model


def train_epoch(model, loader, optimizer, loss_fn):
    model.compile(optimizer=optimizer, loss=loss_fn)
    loss = 0.0
    for x, y in loader:
        loss += float(model.train_on_batch(x, y))
    return loss


def evaluate(model, loader):
    accuracies = []
    for x, y in loader:
        predicted = np.argmax(model.predict_on_batch(x), axis=1)
        accuracies.append(np.mean(predicted == y))
    return np.mean(accuracies)


def compare_activations(train_loader, test_loader, epochs=10):
    results = {}
    for activation in ("relu", "sigmoid", "tanh"):
        model = build_mlp([784, 128, 64, 10], activation)
        optimizer = keras.optimizers.Adam(learning_rate=0.001)
        loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        losses = [train_epoch(model, train_loader, optimizer, loss_fn) for _ in range(epochs)]
        results[activation] = {"train_loss": losses, "test_accuracy": evaluate(model, test_loader)}
    return results


def build_xor_model(hidden=4):
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(hidden, activation="tanh"), layers.Dense(1, activation="sigmoid")]
    )


def train_xor(model=None):
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype="float32")
    y = np.array([[0], [1], [1], [0]], dtype="float32")
    model = model or build_xor_model()
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy")
    for _ in range(500):
        model.train_on_batch(x, y)
    return model


def decision_boundary(model, resolution=200):
    ticks = np.linspace(-0.5, 1.5, resolution)
    xx, yy = np.meshgrid(ticks, ticks)
    points = np.column_stack([xx.ravel(), yy.ravel()])
    return xx, yy, model.predict(points, verbose=0).reshape(xx.shape)


def plot_activations(comparison):
    figure, axes = plt.subplots()
    for name, result in comparison.items():
        axes.plot(result["train_loss"], label=name)
    axes.set(title="Activation functions", xlabel="Epoch", ylabel="Training loss")
    axes.legend()
    return figure


def plot_decision_boundary(boundary):
    xx, yy, probabilities = boundary
    figure, axes = plt.subplots()
    figure.colorbar(axes.contourf(xx, yy, probabilities))
    axes.set(title="XOR", xlabel="x1", ylabel="x2")
    return figure
