"""Problem 3 in Keras: a CNN for CIFAR-10, its confusion matrix, its filters."""
import keras
import numpy as np
from keras import layers


def build_cnn():
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10),
        ]
    )


def train_cnn(model, train_loader, validation_loader, epochs=20):
    model.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(train_loader, validation_data=validation_loader, epochs=epochs, verbose=0).history
    return {
        "train_loss": history["loss"],
        "validation_loss": history["val_loss"],
        "validation_accuracy": history["accuracy"],
    }


def confusion_matrix(model, loader):
    matrix = np.zeros((10, 10), dtype=int)
    for x, y in loader:
        for predicted, true in zip(model.predict_on_batch(x).argmax(axis=1), y):
            matrix[predicted, true] += 1
    return matrix


def count_parameters(model):
    return model.count_params()


def first_layer_filters(model):
    return model.layers[0].get_weights()[0]


def activation_maps(model, images):
    return keras.ops.convert_to_numpy(model.layers[0](images))
