import tensorflow as tf
from tensorflow import keras

def make_mlp(hidden, act):
    inp = keras.Input((784,)); x = inp
    for h in hidden:
        x = keras.layers.Dense(h, activation=act)(x)
    return keras.Model(inp, keras.layers.Dense(10, activation="softmax")(x))
