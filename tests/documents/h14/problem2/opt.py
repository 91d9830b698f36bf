import torch, torch.nn as nn, time
import matplotlib.pyplot as plt
from torchvision import datasets, transforms
device = 'cuda' if torch.cuda.is_available() else 'cpu'

opts = {'SGD': torch.optim.SGD, 'RMSprop': torch.optim.RMSprop, 'Adam': torch.optim.Adam}
# momentum is done separately below
for name, cls in opts.items():
    model = MLP([784, 128, 64, 10]).to(device)
    t0 = time.time()
    hist[name] = fit(model, opt=cls(model.parameters(), lr=LR[name]), epochs=20)
    times[name] = time.time() - t0

configs = {'none': dict(), 'l2': dict(weight_decay=1e-3), 'dropout': dict(p=0.5)}
for name, kw in configs.items():
    tr, te = run(name, **kw)
    print(f'{name}: train {tr:.4f} test {te:.4f}')

if __name__ == "__main__":
    main()
