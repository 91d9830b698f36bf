#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""
Deep Learning HW1

Usage:
    python hw1.py            everything
    python hw1.py 2          only problem 2
"""
import sys
import timeit

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.manual_seed(1234)
np.random.seed(1234)

USE_CUDA = torch.cuda.is_available()
device = torch.device('cuda') if USE_CUDA else torch.device('cpu')

make_optimizer = {
    'SGD':          lambda params: torch.optim.SGD(params, lr=0.01),
    'SGD+Momentum': lambda params: torch.optim.SGD(params, lr=0.01, momentum=0.9),
    'RMSprop':      lambda params: torch.optim.RMSprop(params, lr=0.001),
    'Adam':         lambda params: torch.optim.Adam(params, lr=0.001),
}

make_activation = {
    'relu':    lambda: torch.nn.ReLU(),
    'sigmoid': lambda: torch.nn.Sigmoid(),
    'tanh':    lambda: torch.nn.Tanh(),
}


###############################################################################
# Problem 1
###############################################################################

class MLP(torch.nn.Module):

    def __init__(self, layer_sizes, activation='relu', dropout=None):
        super().__init__()
        if activation not in make_activation:
            raise ValueError('activation: relu | sigmoid | tanh (got %s)' % activation)
        self.sizes = layer_sizes
        # the layers are attributes layer_1, layer_2, ...
        for k in range(1, len(layer_sizes)):
            setattr(self, 'layer_%d' % k, torch.nn.Linear(layer_sizes[k - 1], layer_sizes[k]))
        self.activation = make_activation[activation]()
        self.dropout = torch.nn.Dropout(dropout) if dropout is not None else None

    def forward(self, x):
        depth = len(self.sizes) - 1
        for k in range(1, depth):
            x = self.activation(getattr(self, 'layer_%d' % k)(x))
            if self.dropout is not None:
                x = self.dropout(x)
        return getattr(self, 'layer_%d' % depth)(x)


def build_mlp(layer_sizes, activation='relu'):
    return MLP(list(layer_sizes), activation)


def train_epoch(model, loader, optimizer, loss_fn):
    model.to(device)
    model.train()
    losses = np.zeros(len(loader))
    optimizer.zero_grad(set_to_none=True)
    for i, (x, y) in enumerate(loader):
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        # ready for the next batch
        optimizer.zero_grad(set_to_none=True)
        losses[i] = loss.item()
    return float(losses.mean())


def predict(model, loader):
    """all predictions and all labels as numpy arrays"""
    model.to(device)
    model.eval()
    y_hat, y_true = np.array([], dtype=int), np.array([], dtype=int)
    with torch.inference_mode():
        for x, y in loader:
            y_hat = np.append(y_hat, model(x.to(device)).cpu().numpy().argmax(axis=-1))
            y_true = np.append(y_true, y.cpu().numpy())
    return y_hat, y_true


def evaluate(model, loader):
    y_hat, y_true = predict(model, loader)
    return float(np.mean(y_hat == y_true))


def compare_activations(train_loader, test_loader, epochs=10):
    table = {}
    for activation in make_activation:
        model = build_mlp([784, 128, 64, 10], activation).to(device)
        optimizer = make_optimizer['Adam'](model.parameters())
        loss_fn = torch.nn.CrossEntropyLoss()
        losses = np.full(epochs, np.nan)
        for e in range(epochs):
            losses[e] = train_epoch(model, train_loader, optimizer, loss_fn)
        table[activation] = {'train_loss': losses.tolist(), 'test_accuracy': evaluate(model, test_loader)}
    return table


def build_xor_model(hidden=4):
    # the inner network gives logits, the sigmoid makes probabilities of them
    inner = torch.nn.Sequential(
        torch.nn.Linear(2, hidden),
        torch.nn.Tanh(),
        torch.nn.Linear(hidden, 1),
    )
    return torch.nn.Sequential(inner, torch.nn.Sigmoid())


def train_xor(model=None):
    if model is None:
        model = build_xor_model()
    model.to(device)
    inner = model[:-1]   # without the sigmoid, BCEWithLogitsLoss has its own
    X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]], device=device)
    y = torch.tensor([[0.], [1.], [1.], [0.]], device=device)
    loss_fn = torch.nn.BCEWithLogitsLoss()
    solved = False
    while not solved:
        optimizer = torch.optim.Adam(inner.parameters(), lr=0.03)
        for _ in range(1000):
            optimizer.zero_grad()
            loss = loss_fn(inner(X), y)
            loss.backward()
            optimizer.step()
        with torch.inference_mode():
            solved = bool(torch.equal((model(X) > 0.5).float(), y))
        if not solved:
            print('XOR not solved (loss %.3f), starting again' % loss.item())
            for layer in inner.modules():
                if isinstance(layer, torch.nn.Linear):
                    torch.nn.init.uniform_(layer.weight, -2, 2)
                    torch.nn.init.zeros_(layer.bias)
    return model


def decision_boundary(model, resolution=200):
    model.to(device)
    x1, x2 = np.meshgrid(np.linspace(-.3, 1.3, resolution), np.linspace(-.3, 1.3, resolution))
    with torch.inference_mode():
        grid = torch.as_tensor(np.column_stack((x1.flatten(), x2.flatten())), dtype=torch.float32)
        p = model(grid.to(device)).cpu().numpy()
    return x1, x2, p.reshape(x1.shape)


###############################################################################
# Problem 2
###############################################################################

def build_optimizer(name, parameters):
    return make_optimizer[name](parameters)


def compare_optimizers(train_loader, test_loader, epochs=20):
    table = {}
    loss_fn = torch.nn.CrossEntropyLoss()
    for name, make in make_optimizer.items():
        model = build_mlp([784, 128, 64, 10]).to(device)
        optimizer = make(model.parameters())
        row = {'train_loss': [], 'test_accuracy': [], 'seconds': 0.}
        for _ in range(epochs):
            tic = timeit.default_timer()
            row['train_loss'] += [train_epoch(model, train_loader, optimizer, loss_fn)]
            row['seconds'] += timeit.default_timer() - tic
            row['test_accuracy'] += [evaluate(model, test_loader)]
        table[name] = row
    return table


def build_deep_mlp(activation, hidden_layers=6, width=256):
    return build_mlp(np.r_[784, np.full(hidden_layers, width), 10].tolist(), activation)


def get_weight_gradients(model):
    grads = {}
    for name, p in model.named_parameters():
        if 'bias' not in name:
            grads[name] = np.abs(p.grad.detach().cpu().numpy()).mean()
    return np.array(list(grads.values()))


def gradient_magnitudes(model, x, y, loss_fn):
    model.to(device)
    model.zero_grad(set_to_none=True)
    loss_fn(model(x.to(device)), y.to(device)).backward()
    result = get_weight_gradients(model)
    model.zero_grad(set_to_none=True)
    return result


def track_gradients(model, loader, optimizer, loss_fn, steps):
    model.to(device)
    model.train()
    result = []
    step = 0
    while step < steps:
        for x, y in loader:
            optimizer.zero_grad()
            loss_fn(model(x.to(device)), y.to(device)).backward()
            result.append(get_weight_gradients(model))
            optimizer.step()
            step += 1
            if step == steps:
                break
    return np.array(result)


def build_regularized_mlp(layer_sizes, dropout=0.5):
    return MLP(list(layer_sizes), 'relu', dropout)


def compare_regularization(train_loader, test_loader, epochs=10):
    arch = [784, 128, 64, 10]
    table = {}
    for name, make, weight_decay in (('none', build_mlp, 0),
                                     ('l2', build_mlp, 1e-3),
                                     ('dropout', build_regularized_mlp, 0)):
        model = make(arch).to(device)
        # SGD with momentum, because weight decay in Adam is not exactly L2
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=weight_decay)
        accuracy = np.zeros((epochs, 2))
        for e in range(epochs):
            train_epoch(model, train_loader, optimizer, torch.nn.CrossEntropyLoss())
            accuracy[e] = evaluate(model, train_loader), evaluate(model, test_loader)
        table[name] = {'train_accuracy': list(accuracy[:, 0]), 'test_accuracy': list(accuracy[:, 1])}
    return table


###############################################################################
# Problem 3
###############################################################################

def conv(c_in, c_out, k):
    return [torch.nn.Conv2d(c_in, c_out, k, padding=(k - 1) // 2), torch.nn.ReLU()]


def dense(n_in, n_hidden):
    return [torch.nn.Flatten(), torch.nn.Linear(n_in, n_hidden), torch.nn.ReLU(), torch.nn.Linear(n_hidden, 10)]


def build_cnn():
    layers = conv(3, 32, 3) + [torch.nn.MaxPool2d(2)] + conv(32, 64, 3) + [torch.nn.MaxPool2d(2)]
    return torch.nn.Sequential(*layers, *dense(64 * 8 * 8, 128)).to(device)


def build_cnn_variants():
    net_b = (conv(3, 32, 3) + [torch.nn.MaxPool2d(2)] + conv(32, 64, 3) + [torch.nn.MaxPool2d(2)]
             + conv(64, 64, 3) + [torch.nn.AvgPool2d(2)])
    net_c = conv(3, 24, 5) + [torch.nn.AvgPool2d(4)] + conv(24, 48, 5) + [torch.nn.MaxPool2d(2)]
    return {
        'A': build_cnn(),
        'B': torch.nn.Sequential(*net_b, *dense(64 * 4 * 4, 128)).to(device),
        'C': torch.nn.Sequential(*net_c, *dense(48 * 4 * 4, 64)).to(device),
    }


def count_parameters(model):
    return int(np.sum([p.numel() for p in model.parameters() if p.requires_grad]))


def train_cnn(model, train_loader, validation_loader, epochs=20):
    loss_fn = torch.nn.CrossEntropyLoss()
    optimizer = make_optimizer['Adam'](model.to(device).parameters())
    history = {'train_loss': [], 'validation_loss': [], 'validation_accuracy': []}
    for e in range(epochs):
        history['train_loss'].append(train_epoch(model, train_loader, optimizer, loss_fn))
        model.eval()
        losses, hits = np.array([]), np.array([])
        with torch.inference_mode():
            for x, y in validation_loader:
                y = y.to(device)
                out = model(x.to(device))
                losses = np.append(losses, torch.nn.functional.cross_entropy(out, y, reduction='none').cpu().numpy())
                hits = np.append(hits, (out.argmax(1) == y).cpu().numpy())
        history['validation_loss'].append(losses.mean())
        history['validation_accuracy'].append(hits.mean())
    return history


def confusion_matrix(model, loader):
    y_hat, y_true = predict(model, loader)
    matrix = np.zeros((10, 10), dtype=np.int64)
    for true in range(10):
        for guess in range(10):
            matrix[true, guess] = np.sum((y_true == true) & (y_hat == guess))
    return matrix


def compare_architectures(train_loader, test_loader, epochs=10):
    table = {}
    for name, model in build_cnn_variants().items():
        optimizer = make_optimizer['Adam'](model.parameters())
        loss_fn = torch.nn.CrossEntropyLoss()
        seconds = timeit.timeit(lambda: train_epoch(model, train_loader, optimizer, loss_fn), number=epochs)
        table[name] = {
            'parameters': count_parameters(model),
            'seconds': seconds,
            'test_accuracy': evaluate(model, test_loader),
        }
    return table


def get_first_conv(model):
    if isinstance(model, torch.nn.Conv2d):
        return model
    for child in model.children():
        found = get_first_conv(child)
        if found is not None:
            return found
    return None


def first_layer_filters(model):
    return get_first_conv(model).weight.detach().cpu().numpy().transpose(0, 2, 3, 1)


def activation_maps(model, images):
    with torch.inference_mode():
        return get_first_conv(model.to(device))(images.to(device)).cpu().numpy()


###############################################################################
# Bonus
###############################################################################

def build_transfer_model(num_classes=10, pretrained=True):
    from torchvision.models import resnet18
    model = resnet18(weights='DEFAULT' if pretrained else None)
    for p in model.parameters():
        p.requires_grad = False
    model.fc = torch.nn.Linear(512, num_classes)   # new layers have requires_grad=True
    return model.to(device)


def fine_tune(model, train_loader, epochs=1):
    optimizer = torch.optim.Adam(model.fc.parameters(), lr=0.001)
    loss_fn = torch.nn.CrossEntropyLoss()
    return {'train_loss': [train_epoch(model, train_loader, optimizer, loss_fn) for _ in range(epochs)]}


###############################################################################
# Plots
###############################################################################

def plot_activations(table):
    fig = plt.figure()
    ax = fig.gca()
    for k, activation in enumerate(table):
        y = table[activation]['train_loss']
        ax.plot(np.arange(1, len(y) + 1), y, 'C%d.-' % k, label='%s activation' % activation)
    ax.set_xlabel('Epoch')
    ax.set_ylabel('Cross entropy')
    ax.set_title('Problem 1B')
    ax.legend()
    return fig


def plot_decision_boundary(boundary):
    x1, x2, p = boundary
    fig, ax = plt.subplots()
    c = ax.contourf(x1, x2, p, 30, cmap='RdYlBu')
    ax.contour(x1, x2, p, [0.5], linestyles='dashed')
    for a in (0, 1):
        for b in (0, 1):
            ax.text(a, b, str(a ^ b), ha='center', va='center', fontsize=14)
    fig.colorbar(c)
    ax.set_xlabel('$x_1$')
    ax.set_ylabel('$x_2$')
    ax.set_title('Problem 1C: P(XOR = 1)')
    return fig


def plot_optimizers(table):
    fig, ax = plt.subplots(2, 1, sharex=True, figsize=(6, 8))
    for name, row in table.items():
        ax[0].plot(row['train_loss'], label='%s (%.1f s)' % (name, row['seconds']))
        ax[1].plot(row['test_accuracy'], label=name)
    ax[0].set_ylabel('Training loss')
    ax[1].set_ylabel('Test accuracy')
    ax[1].set_xlabel('Epoch')
    ax[0].legend()
    ax[1].legend()
    fig.suptitle('Problem 2A')
    return fig


def plot_gradients(grads):
    fig, ax = plt.subplots(1, 2, figsize=(10, 4))
    for name, g in grads.items():
        ax[0].semilogy(np.median(g, axis=0), 'o-', label=name)
        ax[1].semilogy(g[:, 0], label=name + ', layer 1')
        ax[1].semilogy(g[:, -1], '--', label=name + ', last layer')
    ax[0].set(title='Problem 2B: median over the steps', xlabel='Layer', ylabel='Mean |gradient|')
    ax[1].set(title='first and last layer', xlabel='Step', ylabel='Mean |gradient|')
    ax[0].legend()
    ax[1].legend()
    return fig


def plot_regularization(table):
    fig, ax = plt.subplots(figsize=(7, 5))
    for k, (name, row) in enumerate(table.items()):
        ax.plot(row['train_accuracy'], color='C%d' % k, linestyle=':', label='%s (train)' % name)
        ax.plot(row['test_accuracy'], color='C%d' % k, label='%s (test)' % name)
    ax.set_xlabel('Epoch')
    ax.set_ylabel('Accuracy')
    ax.set_title('Problem 2C')
    ax.legend(ncol=3)
    return fig


def plot_training(history):
    fig, ax = plt.subplots()
    ax.plot(history['train_loss'], label='training loss')
    ax.plot(history['validation_loss'], label='validation loss')
    ax.set_xlabel('Epoch')
    ax.set_ylabel('Cross entropy')
    ax.set_title('Problem 3A, final accuracy %.3f' % history['validation_accuracy'][-1])
    ax.legend()
    return fig


def plot_confusion_matrix(matrix):
    fig, ax = plt.subplots(figsize=(8, 8))
    ax.imshow(np.log1p(matrix), cmap='Oranges')   # logarithm: the diagonal is so much larger
    for i in range(10):
        for j in range(10):
            ax.text(j, i, '%d' % matrix[i, j], ha='center', va='center')
    names = ['plane', 'car', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
    ax.set_xticks(range(10), names)
    ax.set_yticks(range(10), names)
    ax.set_xlabel('predicted')
    ax.set_ylabel('true')
    ax.set_title('Problem 3A: confusion matrix')
    return fig


def plot_filters(filters):
    fig, ax = plt.subplots(4, 8, figsize=(8, 4))
    for a, f in zip(ax.flatten(), filters):
        a.imshow((f - f.min()) / np.ptp(f))
    for a in ax.flatten():
        a.set_xticks([])
        a.set_yticks([])
    fig.suptitle('Problem 3C: filters')
    return fig


def plot_activation_maps(maps):
    # one large picture: images below each other, filters side by side
    n = min(maps.shape[1], 8)
    picture = np.vstack([np.hstack(list(m[:n])) for m in maps])
    fig, ax = plt.subplots(figsize=(12, 1.5 * len(maps)))
    ax.imshow(picture, cmap='viridis')
    h, w = maps.shape[2:]
    ax.set_xticks(np.arange(n) * w + w / 2, ['filter %d' % k for k in range(n)])
    ax.set_yticks(np.arange(len(maps)) * h + h / 2, ['image %d' % k for k in range(len(maps))])
    ax.set_title('Problem 3C: activation maps')
    return fig


###############################################################################

def mnist():
    from torchvision.datasets import MNIST
    for train in (True, False):
        d = MNIST('data', train=train, download=True)
        x = d.data.reshape(-1, 784).float() / 255
        yield torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, d.targets), 128, shuffle=train)


def cifar():
    from torchvision.datasets import CIFAR10
    for train in (True, False):
        d = CIFAR10('data', train=train, download=True)
        x = torch.from_numpy(d.data).permute(0, 3, 1, 2).float() / 255
        y = torch.tensor(d.targets)
        yield torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 128, shuffle=train)


def problem1():
    train_loader, test_loader = mnist()
    model = build_mlp([784, 128, 64, 10])
    optimizer = build_optimizer('Adam', model.to(device).parameters())
    for e in range(10):
        loss = train_epoch(model, train_loader, optimizer, torch.nn.CrossEntropyLoss())
        print('%2d  loss %.4f  train %.4f  test %.4f'
              % (e + 1, loss, evaluate(model, train_loader), evaluate(model, test_loader)))
    plot_activations(compare_activations(train_loader, test_loader)).savefig('1b.pdf')
    plot_decision_boundary(decision_boundary(train_xor())).savefig('1c.pdf')


def problem2():
    train_loader, test_loader = mnist()
    table = compare_optimizers(train_loader, test_loader)
    for name, row in table.items():
        print('%-14s %.4f %6.1f s' % (name, row['test_accuracy'][-1], row['seconds']))
    plot_optimizers(table).savefig('2a.pdf')
    grads = {}
    for activation in ('sigmoid', 'relu'):
        model = build_deep_mlp(activation).to(device)
        optimizer = build_optimizer('SGD', model.parameters())
        grads[activation] = track_gradients(model, train_loader, optimizer, torch.nn.CrossEntropyLoss(), 250)
    plot_gradients(grads).savefig('2b.pdf')
    plot_regularization(compare_regularization(train_loader, test_loader)).savefig('2c.pdf')


def problem3():
    train_loader, test_loader = cifar()
    model = build_cnn()
    plot_training(train_cnn(model, train_loader, test_loader)).savefig('3a.pdf')
    print('test accuracy', evaluate(model, test_loader))
    plot_confusion_matrix(confusion_matrix(model, test_loader)).savefig('3a_matrix.pdf')
    for name, row in compare_architectures(train_loader, test_loader).items():
        print(name, row)
    x, _ = next(iter(test_loader))
    plot_filters(first_layer_filters(model)).savefig('3c_filters.pdf')
    plot_activation_maps(activation_maps(model, x[:3])).savefig('3c_maps.pdf')
    model = build_transfer_model()
    print(fine_tune(model, train_loader), evaluate(model, test_loader))


if __name__ == '__main__':
    chosen = sys.argv[1:] or ['1', '2', '3']
    for number in chosen:
        {'1': problem1, '2': problem2, '3': problem3}[number]()
