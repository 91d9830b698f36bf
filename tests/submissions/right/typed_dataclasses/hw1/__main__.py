"""Everything that the report shows: python -m hw1"""

from __future__ import annotations

import torch
from torch import nn

from . import bonus, experiments, gradients, networks, plots, training, xor
from .config import TrainingConfig
from .data import loaders


def main() -> None:
    train_loader, test_loader = loaders("MNIST")
    trainer = training.make_trainer(networks.build_mlp((784, 128, 64, 10)), TrainingConfig())
    history = trainer.fit(train_loader, test_loader, measure_train=True)
    print("train accuracy", history.train[-1].accuracy, "test accuracy", history.test[-1].accuracy)

    plots.plot_activations(experiments.compare_activations(train_loader, test_loader)).savefig("1b.png")
    plots.plot_decision_boundary(xor.decision_boundary(xor.train_xor())).savefig("1c.png")

    results = experiments.compare_optimizers(train_loader, test_loader)
    plots.plot_optimizers(results).savefig("2a.png")
    for name, entry in results.items():
        print(f"{name:>12}: {entry['test_accuracy'][-1]:.4f} in {entry['seconds']:.1f} s")

    tracked = {}
    for activation in ("sigmoid", "relu"):
        model = networks.build_deep_mlp(activation)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        tracked[activation] = gradients.track_gradients(model, train_loader, optimizer, nn.CrossEntropyLoss(), 400)
    plots.plot_gradients(tracked).savefig("2b.png")
    plots.plot_regularization(experiments.compare_regularization(train_loader, test_loader)).savefig("2c.png")

    train_loader, test_loader = loaders("CIFAR10")
    cnn = networks.build_cnn()
    plots.plot_training(training.train_cnn(cnn, train_loader, test_loader)).savefig("3a-curves.png")
    print("CNN:", training.evaluate(cnn, test_loader))
    plots.plot_confusion_matrix(training.confusion_matrix(cnn, test_loader)).savefig("3a-matrix.png")
    for name, entry in experiments.compare_architectures(train_loader, test_loader).items():
        print(name, entry)
    images, _ = next(iter(test_loader))
    plots.plot_filters(gradients.first_layer_filters(cnn)).savefig("3c-filters.png")
    plots.plot_activation_maps(gradients.activation_maps(cnn, images[:3])).savefig("3c-maps.png")

    resnet = bonus.build_transfer_model()
    bonus.fine_tune(resnet, train_loader)
    print("ResNet-18:", training.evaluate(resnet, test_loader))


if __name__ == "__main__":
    main()
