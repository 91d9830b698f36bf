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

if __name__ == "__main__":
    main()
