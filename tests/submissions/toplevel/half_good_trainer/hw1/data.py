import torch
from torch.utils.data import DataLoader, random_split
from torchvision import datasets, transforms

BATCH_SIZE = 128

CIFAR_MEAN = (0.4914, 0.4822, 0.4465)
CIFAR_STD = (0.2470, 0.2435, 0.2616)
CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer",
                 "dog", "frog", "horse", "ship", "truck")


def mnist_loaders(root="./data"):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    train = datasets.MNIST(root=root, train=True, download=True, transform=tf)
    test = datasets.MNIST(root=root, train=False, download=True, transform=tf)
    return (DataLoader(train, batch_size=BATCH_SIZE, shuffle=True),
            DataLoader(test, batch_size=BATCH_SIZE))


def cifar_loaders(root="./data"):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize(CIFAR_MEAN, CIFAR_STD)])
    full = datasets.CIFAR10(root=root, train=True, download=True, transform=tf)
    test = datasets.CIFAR10(root=root, train=False, download=True, transform=tf)
    # 10% обучающей выборки идут на валидацию
    n_val = int(0.1 * len(full))
    train, val = random_split(full, [len(full) - n_val, n_val],
                              generator=torch.Generator().manual_seed(0))
    return (DataLoader(train, batch_size=BATCH_SIZE, shuffle=True),
            DataLoader(val, batch_size=BATCH_SIZE),
            DataLoader(test, batch_size=BATCH_SIZE))
