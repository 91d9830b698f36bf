"""
Homework 1, Problem 2: optimization and training dynamics

run:  python problem2.py
"""
import numpy as np
import torch
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt

from common import DEVICE, MLP, get_mnist, train, seed_everything

train_loader, test_loader = get_mnist()
LAYERS = [784, 128, 64, 10]

# ----------------------------------------------------------------------------
# Part A: optimizers
# ----------------------------------------------------------------------------
N_EPOCHS = 20
optimizers = [
    ('SGD', torch.optim.SGD, {'lr': 0.01}),
    ('SGD with momentum', torch.optim.SGD, {'lr': 0.01, 'momentum': 0.9}),
    ('RMSprop', torch.optim.RMSprop, {'lr': 0.001}),
    ('Adam', torch.optim.Adam, {'lr': 0.001}),
]

logs = []
for name, cls, kwargs in optimizers:
    print(name, kwargs)
    seed_everything()
    model = MLP(LAYERS, 'relu').to(DEVICE)
    optimizer = cls(model.parameters(), **kwargs)
    logs.append(train(model, train_loader, test_loader, optimizer, N_EPOCHS))

epochs = np.arange(1, N_EPOCHS + 1)
for key, ylabel, fname in [('loss', 'training loss', 'p2a_loss.png'), ('test_acc', 'test accuracy', 'p2a_acc.png')]:
    plt.figure()
    for (name, _, _), log in zip(optimizers, logs):
        plt.plot(epochs, log[key], label=name)
    plt.xlabel('epoch')
    plt.ylabel(ylabel)
    plt.title('Problem 2A: ' + ylabel)
    plt.legend()
    plt.grid(True)
    plt.savefig(fname, dpi=120)
    plt.close()

print('%-20s %10s %10s' % ('optimizer', 'test acc', 'time [s]'))
for (name, _, _), log in zip(optimizers, logs):
    print('%-20s %10.4f %10.1f' % (name, log['test_acc'][-1], log['time']))

# ----------------------------------------------------------------------------
# Part B: gradients in a deep network (6 hidden layers)
# ----------------------------------------------------------------------------
DEEP = [784] + [100] * 6 + [10]

grad_logs = {}
for act in ['sigmoid', 'relu']:
    print('deep MLP,', act)
    seed_everything()
    deep = MLP(DEEP, act).to(DEVICE)
    optimizer = torch.optim.SGD(deep.parameters(), lr=0.01)
    grad_logs[act] = train(deep, train_loader, test_loader, optimizer, 10, track_gradients=True)

fig, axs = plt.subplots(1, 2, figsize=(12, 4.5))
# left: per layer, averaged over all the epochs
for act, marker in [('sigmoid', 'o'), ('relu', 's')]:
    g = np.array(grad_logs[act]['grads'])          # (epochs, layers)
    axs[0].plot(range(1, g.shape[1] + 1), g.mean(axis=0), marker + '-', label=act)
axs[0].set_yscale('log')
axs[0].set_xlabel('layer')
axs[0].set_ylabel('mean |gradient|')
axs[0].set_title('gradient magnitude per layer')
axs[0].legend()
# right: first and last layer over the training
for act, style in [('sigmoid', '--'), ('relu', '-')]:
    g = np.array(grad_logs[act]['grads'])
    axs[1].plot(range(1, len(g) + 1), g[:, 0], style, color='tab:blue', label=act + ', first layer')
    axs[1].plot(range(1, len(g) + 1), g[:, -1], style, color='tab:red', label=act + ', last layer')
axs[1].set_yscale('log')
axs[1].set_xlabel('epoch')
axs[1].set_title('first and last layer during training')
axs[1].legend()
fig.tight_layout()
fig.savefig('p2b_gradients.png', dpi=120)
plt.close(fig)

print('mean |gradient| over training')
print('%-8s %12s %12s' % ('layer', 'sigmoid', 'relu'))
for k in range(len(DEEP) - 1):
    print('%-8d %12.3e %12.3e' % (k + 1, np.mean([g[k] for g in grad_logs['sigmoid']['grads']]),
                                  np.mean([g[k] for g in grad_logs['relu']['grads']])))

# ----------------------------------------------------------------------------
# Part C: regularization
# ----------------------------------------------------------------------------
configs = [
    ('baseline', 0.0, 0.0),
    ('L2 0.001', 0.001, 0.0),
    ('dropout 0.5', 0.0, 0.5),
]
reg_logs = {}
for name, wd, p in configs:
    print(name)
    seed_everything()
    model = MLP(LAYERS, 'relu', p_drop=p).to(DEVICE)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=wd)
    reg_logs[name] = train(model, train_loader, test_loader, optimizer, 20, eval_train=True)

plt.figure(figsize=(8, 5))
for (name, _, _), color in zip(configs, ['tab:blue', 'tab:orange', 'tab:green']):
    plt.plot(epochs, reg_logs[name]['train_acc'], '-', color=color, label=name + ' (train)')
    plt.plot(epochs, reg_logs[name]['test_acc'], '--', color=color, label=name + ' (test)')
plt.xlabel('epoch')
plt.ylabel('accuracy')
plt.ylim(0.9, 1.0)
plt.legend()
plt.title('Problem 2C: regularization')
plt.savefig('p2c_regularization.png', dpi=120)
plt.close()

for name, log in reg_logs.items():
    print('%-12s train %.4f test %.4f gap %.4f'
          % (name, log['train_acc'][-1], log['test_acc'][-1], log['train_acc'][-1] - log['test_acc'][-1]))
