# -*- coding: utf-8 -*-
"""
深度学习 作业1   --  functional PyTorch version
整个数据集直接放到显存里, 不用 DataLoader (MNIST/CIFAR 都很小, 这样快很多)

运行: python train_all.py            (全部)
      python train_all.py 1B 2A      (只跑某几题)
"""
import sys
import time
import numpy as np
import torch
import torch.nn.functional as F
import torchvision
import matplotlib
if not hasattr(sys, 'ps1'):
    matplotlib.use('Agg')
import matplotlib.pyplot as plt

DEV = 'cuda' if torch.cuda.is_available() else 'cpu'
WANT = [a.upper() for a in sys.argv[1:] if not a.startswith('-')]


def want(k):
    return (not WANT) or (k in WANT)


# ------------------------------------------------------------------ 数据
def load(name):
    cls = dict(mnist=torchvision.datasets.MNIST, cifar=torchvision.datasets.CIFAR10)[name]
    out = []
    for flag in (True, False):
        d = cls('./data', train=flag, download=True)
        x = torch.as_tensor(np.array(d.data)).float() / 255.
        if name == 'mnist':
            x = x.view(len(x), -1)                       # N x 784
            x = (x - 0.1307) / 0.3081
        else:
            x = x.permute(0, 3, 1, 2).contiguous()       # N x 3 x 32 x 32
            x = (x - 0.5) / 0.25
        y = torch.as_tensor(np.array(d.targets)).long()
        out += [x.to(DEV), y.to(DEV)]
    return tuple(out)


# ------------------------------------------------------------------ 模型: 参数是 dict, 前向是函数
ACT = {'relu': F.relu, 'sigmoid': torch.sigmoid, 'tanh': torch.tanh}


def init_mlp(sizes):
    """Xavier 初始化, 返回 {'W1':..., 'b1':..., ...}"""
    P = {}
    for i in range(1, len(sizes)):
        n, m = sizes[i - 1], sizes[i]
        P['W%d' % i] = (torch.randn(n, m) * (2. / (n + m)) ** .5).to(DEV).requires_grad_()
        P['b%d' % i] = torch.zeros(m, device=DEV, requires_grad=True)
    return P


def mlp(P, x, act='relu', drop=0., train=False):
    depth = len(P) // 2
    for i in range(1, depth + 1):
        x = x @ P['W%d' % i] + P['b%d' % i]
        if i < depth:
            x = ACT[act](x)
            x = F.dropout(x, drop, training=train)
    return F.log_softmax(x, dim=1)                       # softmax 输出层 (取 log), 配合 nll_loss


def init_cnn(spec, in_ch=3, side=32):
    """spec: 列表, 例如 [('conv',32,3),('max',),('conv',64,3),('max',),('fc',128),('fc',10)]"""
    P, ch, flat = {}, in_ch, None
    for i, s in enumerate(spec):
        if s[0] == 'conv':
            fan = ch * s[2] ** 2
            P['K%d' % i] = (torch.randn(s[1], ch, s[2], s[2]) * (2. / fan) ** .5).to(DEV).requires_grad_()
            P['c%d' % i] = torch.zeros(s[1], device=DEV, requires_grad=True)
            ch = s[1]
        elif s[0] in ('max', 'avg'):
            side //= 2
        elif s[0] == 'fc':
            n = ch * side * side if flat is None else flat
            P['W%d' % i] = (torch.randn(n, s[1]) * (2. / n) ** .5).to(DEV).requires_grad_()
            P['b%d' % i] = torch.zeros(s[1], device=DEV, requires_grad=True)
            flat = s[1]
    return P


def cnn(P, x, spec, upto=None):
    last = len(spec) - 1
    for i, s in enumerate(spec):
        if s[0] == 'conv':
            x = F.relu(F.conv2d(x, P['K%d' % i], P['c%d' % i], padding=s[2] // 2))
        elif s[0] == 'max':
            x = F.max_pool2d(x, 2)
        elif s[0] == 'avg':
            x = F.avg_pool2d(x, 2)
        else:
            x = x.flatten(1) @ P['W%d' % i] + P['b%d' % i]
            if i < last:
                x = F.relu(x)
        if upto is not None and i == upto:
            return x                                     # 中间层输出, 3C 用
    return F.log_softmax(x, dim=1)


# ------------------------------------------------------------------ 通用训练
def score(net, x, y, bs=2000):
    """(平均损失, 准确率)"""
    with torch.no_grad():
        lp = torch.cat([net(x[i:i + bs]) for i in range(0, len(x), bs)])
    return F.nll_loss(lp, y).item(), (lp.argmax(1) == y).float().mean().item()


def run(config, data):
    """一个函数跑所有实验; 返回一个大 dict"""
    c = dict(kind='mlp', sizes=[784, 128, 64, 10], act='relu', drop=0., wd=0., opt='adam', lr=1e-3, momentum=0.,
             epochs=10, bs=128, seed=0, grads=False, spec=None, val=0)
    c.update(config)
    torch.manual_seed(c['seed'])
    xtr, ytr, xte, yte = data
    xva, yva = xtr[:0], ytr[:0]
    if c['val']:                                         # 从训练集切一块验证集
        p = torch.randperm(len(xtr), device=DEV)
        k = int(len(xtr) * c['val'])
        xva, yva, xtr, ytr = xtr[p[:k]], ytr[p[:k]], xtr[p[k:]], ytr[p[k:]]
    if c['kind'] == 'mlp':
        P = init_mlp(c['sizes'])
        fwd = lambda x, train=False: mlp(P, x, c['act'], c['drop'], train)
    else:
        P = init_cnn(c['spec'])
        fwd = lambda x, train=False: cnn(P, x, c['spec'])
    ps = list(P.values())
    opt = {'sgd': lambda: torch.optim.SGD(ps, lr=c['lr'], momentum=c['momentum'], weight_decay=c['wd']),
           'rmsprop': lambda: torch.optim.RMSprop(ps, lr=c['lr'], weight_decay=c['wd']),
           'adam': lambda: torch.optim.Adam(ps, lr=c['lr'], weight_decay=c['wd'])}[c['opt']]()

    R = dict(config=c, train_loss=[], train_acc=[], test_loss=[], test_acc=[], val_loss=[], val_acc=[], grad={}, time=0.)
    buf = {}
    if c['grads']:                                       # 每个权重挂一个 hook, 记录梯度范数
        for name, t in P.items():
            if name[0] in 'WK':
                R['grad'][name] = []
                buf[name] = []
                t.register_hook(lambda g, name=name: buf[name].append(g.norm().item()))

    for ep in range(c['epochs']):
        t0 = time.time()
        order = torch.randperm(len(xtr), device=DEV)
        tot = 0.
        for i in range(0, len(xtr), c['bs']):
            j = order[i:i + c['bs']]
            loss = F.nll_loss(fwd(xtr[j], True), ytr[j])
            opt.zero_grad()
            loss.backward()
            opt.step()
            tot += loss.item() * len(j)
        R['time'] += time.time() - t0
        R['train_loss'].append(tot / len(xtr))
        R['train_acc'].append(score(fwd, xtr, ytr)[1])
        a, b = score(fwd, xte, yte)
        R['test_loss'].append(a); R['test_acc'].append(b)
        if c['val']:
            a, b = score(fwd, xva, yva)
            R['val_loss'].append(a); R['val_acc'].append(b)
        for name in buf:                                 # 这一轮的平均
            R['grad'][name].append(float(np.mean(buf[name])))
            buf[name].clear()
    R.update(params=P, net=fwd, nparam=sum(p.numel() for p in ps))
    return R


def hr(t):
    print('\n' + '=' * 12, t, '=' * 12)


CIFAR_NAMES = ['飞机', '汽车', '鸟', '猫', '鹿', '狗', '蛙', '马', '船', '卡车']
CIFAR_EN = ['plane', 'car', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']

# ================================================================== 第一题
MN = load('mnist')
print('MNIST', *[tuple(t.shape) for t in MN], DEV)

if want('1A'):
    hr('1A  MLP 784-128-64-10')
    r = run(dict(epochs=12), MN)
    for e, (l, a, b) in enumerate(zip(r['train_loss'], r['train_acc'], r['test_acc']), 1):
        print(f'epoch {e:2d}  loss {l:.4f}  train {a:.4f}  test {b:.4f}')
    print('final: train acc = %.4f, test acc = %.4f' % (r['train_acc'][-1], r['test_acc'][-1]))

if want('1B'):
    hr('1B  激活函数')
    act_res = {a: run(dict(act=a, epochs=12), MN) for a in ACT}
    plt.figure()
    [plt.plot(r['train_loss'], label=a) for a, r in act_res.items()]
    plt.xlabel('epoch'); plt.ylabel('train loss'); plt.legend(); plt.title('1B activation functions')
    plt.savefig('fig_1b.png'); plt.show()
    print('%8s | %s' % ('act', 'test acc'))
    for a, r in act_res.items():
        print('%8s | %.4f' % (a, r['test_acc'][-1]))

if want('1C'):
    hr('1C  XOR')
    X = torch.tensor([[0., 0], [0, 1], [1, 0], [1, 1]])
    Y = torch.tensor([0., 1, 1, 0])
    torch.manual_seed(1)
    A, a0 = (torch.randn(2, 4)).requires_grad_(), torch.zeros(4, requires_grad=True)
    B, b0 = (torch.randn(4)).requires_grad_(), torch.zeros(1, requires_grad=True)
    f = lambda x: torch.sigmoid(torch.tanh(x @ A + a0) @ B + b0)
    lr = 1.0
    for it in range(3000):                               # 手写梯度下降
        L = F.binary_cross_entropy(f(X), Y)
        gs = torch.autograd.grad(L, [A, a0, B, b0])
        with torch.no_grad():
            for p, g in zip([A, a0, B, b0], gs):
                p -= lr * g
    with torch.no_grad():
        out = f(X)
        print('output', out.numpy().round(4), ' target', Y.numpy())
        print('XOR accuracy = %.2f' % ((out > .5).float() == Y).float().mean().item())
        s = torch.linspace(-.5, 1.5, 250)
        G = torch.stack(torch.meshgrid(s, s, indexing='ij'), -1)      # G[i,j] = (x1_i, x2_j)
        Z = f(G.view(-1, 2)).view(250, 250).T
    plt.figure()
    plt.contourf(s, s, Z, 20, cmap='Spectral'); plt.colorbar()
    plt.contour(s, s, Z, [.5], colors='k', linestyles='--')
    plt.scatter(X[:, 0], X[:, 1], c=Y, cmap='Spectral', edgecolors='k', s=150)
    plt.title('1C XOR'); plt.savefig('fig_1c.png'); plt.show()

# ================================================================== 第二题
if want('2A'):
    hr('2A  优化器')
    todo = [('SGD', dict(opt='sgd', lr=.01)), ('Momentum', dict(opt='sgd', lr=.01, momentum=.9)),
            ('RMSprop', dict(opt='rmsprop', lr=.001)), ('Adam', dict(opt='adam', lr=.001))]
    opt_res = {n: run(dict(epochs=20, **k), MN) for n, k in todo}
    fig, axs = plt.subplots(1, 2, figsize=(12, 4))
    for ax, key in zip(axs.flat, ['train_loss', 'test_acc']):
        for n, r in opt_res.items():
            ax.plot(range(1, 21), r[key], label=n)
        ax.set_title('2A ' + key); ax.set_xlabel('epoch'); ax.legend()
    fig.savefig('fig_2a.png'); plt.show()
    print('optimizer   test_acc   time(s)')
    for n, r in opt_res.items():
        print(f"{n:10s}  {r['test_acc'][-1]:.4f}   {r['time']:.2f}")

if want('2B'):
    hr('2B  梯度消失')
    deep = [784, 128, 128, 128, 128, 128, 128, 10]       # 6 个隐藏层
    G = {a: run(dict(sizes=deep, act=a, opt='sgd', lr=.02, epochs=6, grads=True), MN) for a in ('sigmoid', 'relu')}
    fig, axs = plt.subplots(2, 2, figsize=(12, 9))
    ax = axs.flat
    for k, (a, r) in enumerate(G.items()):
        for name, v in r['grad'].items():
            ax[k].semilogy(range(1, 7), v, '.-', label=name)
        ax[k].set_title('%s: ||grad|| per layer' % a); ax[k].set_xlabel('epoch'); ax[k].legend(fontsize=7)
        ax[2].semilogy([v[0] for v in r['grad'].values()], 'o-', label=a + ' epoch 1')
        ax[2].semilogy([v[-1] for v in r['grad'].values()], 's--', label=a + ' epoch 6')
        ax[3].plot(r['test_acc'], label=a)
    ax[2].set_title('layer profile'); ax[2].set_xticks(range(7), ['W%d' % i for i in range(1, 8)]); ax[2].legend()
    ax[3].set_title('test accuracy'); ax[3].legend()
    fig.savefig('fig_2b.png'); plt.show()
    for a, r in G.items():
        print('%8s' % a, {k: '%.2e' % v[0] for k, v in r['grad'].items()}, 'test acc %.3f' % r['test_acc'][-1])

if want('2C'):
    hr('2C  正则化')
    regs = {'none': {}, 'L2 1e-3': dict(wd=1e-3), 'dropout 0.5': dict(drop=.5)}
    reg_res = {n: run(dict(epochs=30, **k), MN) for n, k in regs.items()}
    fig, axs = plt.subplots(1, 3, figsize=(15, 4), sharey=True)
    for ax, (n, r) in zip(axs.flat, reg_res.items()):
        ax.plot(r['train_acc'], label='train'); ax.plot(r['test_acc'], label='test')
        ax.set_title(n); ax.set_xlabel('epoch'); ax.grid(); ax.legend()
        print(f"{n:12s} train {r['train_acc'][-1]:.4f} test {r['test_acc'][-1]:.4f} gap {r['train_acc'][-1] - r['test_acc'][-1]:.4f}")
    fig.savefig('fig_2c.png'); plt.show()

# ================================================================== 第三题
BASIC = [('conv', 32, 3), ('max',), ('conv', 64, 3), ('max',), ('fc', 128), ('fc', 10)]
if any(want(k) for k in ('3A', '3B', '3C')):
    CF = load('cifar')
    print('CIFAR', *[tuple(t.shape) for t in CF])

if want('3A') or want('3C'):
    hr('3A  CNN')
    base = run(dict(kind='cnn', spec=BASIC, epochs=20, bs=64, val=.1), CF)
    fig, axs = plt.subplots(1, 2, figsize=(14, 5.5))
    axs[0].plot(base['train_loss'], label='train'); axs[0].plot(base['val_loss'], label='validation')
    axs[0].set_title('3A loss'); axs[0].set_xlabel('epoch'); axs[0].legend()
    pred = torch.cat([base['net'](CF[2][i:i + 1000]).argmax(1) for i in range(0, len(CF[2]), 1000)])
    cm = torch.bincount(CF[3] * 10 + pred, minlength=100).view(10, 10).cpu()
    axs[1].imshow(cm, cmap='Greens')
    for i in range(10):
        for j in range(10):
            axs[1].text(j, i, int(cm[i, j]), ha='center', va='center', fontsize=7)
    axs[1].set_xticks(range(10), CIFAR_EN, rotation=60); axs[1].set_yticks(range(10), CIFAR_EN)
    axs[1].set_xlabel('pred'); axs[1].set_ylabel('true'); axs[1].set_title('confusion matrix (test)')
    fig.savefig('fig_3a.png'); plt.show()
    for e in range(20):
        print(f"epoch {e+1:2d} train {base['train_loss'][e]:.4f} val {base['val_loss'][e]:.4f} val_acc {base['val_acc'][e]:.4f}")
    print('final test accuracy: %.4f' % base['test_acc'][-1])
    print(cm.numpy())

if want('3B'):
    hr('3B  结构比较')
    archs = {
        # 名字: 结构
        'small-avg': [('conv', 16, 3), ('avg',), ('conv', 32, 3), ('avg',), ('fc', 10)],
        'deep-max': [('conv', 32, 3), ('conv', 32, 3), ('max',), ('conv', 64, 3), ('conv', 64, 3), ('max',), ('conv', 128, 3), ('max',), ('fc', 128), ('fc', 10)],
        'big-kernel': [('conv', 48, 7), ('max',), ('conv', 96, 5), ('avg',), ('fc', 128), ('fc', 10)],
    }
    tab = []
    for n, spec in archs.items():
        r = run(dict(kind='cnn', spec=spec, epochs=15, bs=64, val=.1), CF)
        tab.append((n, ' '.join('-'.join(map(str, s)) for s in spec), r['nparam'], r['time'], r['test_acc'][-1]))
    print('name        params     time(s)  test_acc  layers')
    for n, d, p, t, a in tab:
        print(f'{n:11s} {p:8d}  {t:8.1f}   {a:.4f}   {d}')

if want('3C'):
    hr('3C  可视化')
    K = base['params']['K0'].detach().cpu()
    K = (K - K.min()) / (K.max() - K.min())
    fig, axs = plt.subplots(4, 8, figsize=(9, 5))
    for ax, k in zip(axs.flat, K):
        ax.imshow(k.permute(1, 2, 0)); ax.axis('off')
    fig.suptitle('3C conv1 filters'); fig.savefig('fig_3c_filters.png'); plt.show()
    with torch.no_grad():
        maps = cnn(base['params'], CF[2][:3], BASIC, upto=0).cpu()
    fig, axs = plt.subplots(3, 9, figsize=(13, 4.6))
    for r_ in range(3):
        axs[r_, 0].imshow((CF[2][r_].cpu() * .25 + .5).permute(1, 2, 0).clamp(0, 1))
        axs[r_, 0].set_title(CIFAR_EN[int(CF[3][r_])])
        for k in range(8):
            axs[r_, k + 1].imshow(maps[r_, k], cmap='jet')
    for ax in axs.flat:
        ax.axis('off')
    fig.savefig('fig_3c_maps.png'); plt.show()
