"""Homework 1."""
