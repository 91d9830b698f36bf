"""Data loaders."""
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CIFAR_MEAN = (0.4914, 0.4822, 0.4465)
CIFAR_STD = (0.2470, 0.2435, 0.2616)


def _loaders(train_set, test_set, batch_size):
    return (
        DataLoader(train_set, batch_size=batch_size, shuffle=True, drop_last=False),
        DataLoader(test_set, batch_size=4 * batch_size, shuffle=False),
    )


def mnist(data_dir, batch_size):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    return _loaders(
        datasets.MNIST(root=data_dir, train=True, download=True, transform=tf),
        datasets.MNIST(root=data_dir, train=False, download=True, transform=tf),
        batch_size,
    )


def cifar10(data_dir, batch_size):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize(CIFAR_MEAN, CIFAR_STD)])
    return _loaders(
        datasets.CIFAR10(root=data_dir, train=True, download=True, transform=tf),
        datasets.CIFAR10(root=data_dir, train=False, download=True, transform=tf),
        batch_size,
    )
