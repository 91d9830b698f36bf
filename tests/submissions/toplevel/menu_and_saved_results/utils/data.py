from torch.utils.data import DataLoader
from torchvision import datasets, transforms


def mnist_loaders(args):
    tf = transforms.ToTensor()
    train = datasets.MNIST(root=args.data_dir, train=True, download=True, transform=tf)
    test = datasets.MNIST(root=args.data_dir, train=False, download=True, transform=tf)
    return (DataLoader(train, batch_size=args.batch_size, shuffle=True),
            DataLoader(test, batch_size=512, shuffle=False))


CIFAR_CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def cifar_loaders(args, train_tf=None, test_tf=None):
    default = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    ])
    train = datasets.CIFAR10(root=args.data_dir, train=True, download=True, transform=train_tf or default)
    test = datasets.CIFAR10(root=args.data_dir, train=False, download=True, transform=test_tf or default)
    return (DataLoader(train, batch_size=args.batch_size, shuffle=True),
            DataLoader(test, batch_size=256, shuffle=False))
