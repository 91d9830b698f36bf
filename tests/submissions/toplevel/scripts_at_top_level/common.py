# common.py - everything that is used in more than one problem
import time
import numpy as np
import torch
import torch.nn as nn
import torchvision
import torchvision.transforms as T
from torch.utils.data import DataLoader

DEVICE = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')

ACTIVATIONS = {
    'relu': nn.ReLU,
    'sigmoid': nn.Sigmoid,
    'tanh': nn.Tanh,
}


def seed_everything(s=1234):
    np.random.seed(s)
    torch.manual_seed(s)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(s)


def get_mnist(batch_size=128):
    tf = T.Compose([T.ToTensor(), T.Lambda(lambda t: t.view(-1))])   # flatten to 784
    train_set = torchvision.datasets.MNIST(root='./data', train=True, download=True, transform=tf)
    test_set = torchvision.datasets.MNIST(root='./data', train=False, download=True, transform=tf)
    return (DataLoader(train_set, batch_size=batch_size, shuffle=True),
            DataLoader(test_set, batch_size=batch_size, shuffle=False))


def get_cifar(batch_size=128):
    tf = T.Compose([T.ToTensor(), T.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    train_set = torchvision.datasets.CIFAR10(root='./data', train=True, download=True, transform=tf)
    test_set = torchvision.datasets.CIFAR10(root='./data', train=False, download=True, transform=tf)
    return (DataLoader(train_set, batch_size=batch_size, shuffle=True),
            DataLoader(test_set, batch_size=batch_size, shuffle=False))


class MLP(nn.Module):
    """MLP(layers=[784, 128, 64, 10], act='relu', p_drop=0.)

    layers contains input, hidden and output sizes. No softmax at the end
    because CrossEntropyLoss expects logits.
    """

    def __init__(self, layers, act='relu', p_drop=0.0):
        super(MLP, self).__init__()
        mods = []
        for i in range(len(layers) - 2):
            mods.append(nn.Linear(layers[i], layers[i + 1]))
            mods.append(ACTIVATIONS[act]())
            if p_drop > 0:
                mods.append(nn.Dropout(p_drop))
        mods.append(nn.Linear(layers[-2], layers[-1]))
        self.net = nn.Sequential(*mods)

    def forward(self, x):
        return self.net(x)


@torch.no_grad()
def evaluate(model, loader):
    """-> (loss, accuracy), accuracy between 0 and 1"""
    model.eval()
    ce = nn.CrossEntropyLoss(reduction='sum')
    loss, hits, count = 0.0, 0, 0
    for xb, yb in loader:
        xb, yb = xb.to(DEVICE), yb.to(DEVICE)
        scores = model(xb)
        loss += ce(scores, yb).item()
        hits += (scores.argmax(1) == yb).sum().item()
        count += len(yb)
    return loss / count, hits / count


def train(model, train_loader, test_loader, optimizer, epochs,
          track_gradients=False, eval_train=False, verbose=True):
    """General training function for all problems.

    track_gradients: additionally store, per epoch, the mean absolute gradient
                     of each weight matrix (averaged over the batches)
    eval_train:      measure train accuracy in eval mode (needed with dropout)
    """
    ce = nn.CrossEntropyLoss()
    log = {'loss': [], 'train_acc': [], 'test_loss': [], 'test_acc': [], 'grads': [], 'time': 0.0}
    weight_names = [n for n, p in model.named_parameters() if n.endswith('weight')]
    log['layer_names'] = weight_names

    for ep in range(epochs):
        model.train()
        tic = time.time()
        tot_loss, hits, count = 0.0, 0, 0
        grad_sum = np.zeros(len(weight_names))
        n_batches = 0
        for xb, yb in train_loader:
            xb, yb = xb.to(DEVICE), yb.to(DEVICE)
            optimizer.zero_grad()
            scores = model(xb)
            loss = ce(scores, yb)
            loss.backward()
            if track_gradients:
                grad_sum += np.array([p.grad.abs().mean().item()
                                      for n, p in model.named_parameters() if n.endswith('weight')])
            optimizer.step()
            tot_loss += loss.item() * len(yb)
            hits += (scores.argmax(1) == yb).sum().item()
            count += len(yb)
            n_batches += 1
        log['time'] += time.time() - tic
        if track_gradients:
            log['grads'].append(grad_sum / n_batches)

        te_loss, te_acc = evaluate(model, test_loader)
        tr_acc = evaluate(model, train_loader)[1] if eval_train else hits / count
        log['loss'].append(tot_loss / count)
        log['train_acc'].append(tr_acc)
        log['test_loss'].append(te_loss)
        log['test_acc'].append(te_acc)
        if verbose:
            print('  epoch %2d/%d | loss %.4f | train acc %.4f | test acc %.4f'
                  % (ep + 1, epochs, log['loss'][-1], tr_acc, te_acc))
    return log


def count_params(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
