import matplotlib.pyplot as plt, pickle
for k, v in pickle.load(open("logs.pkl","rb")).items():
    plt.plot(v, label=k)
plt.savefig("act.pdf")
