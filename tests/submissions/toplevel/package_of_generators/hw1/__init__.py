"""Deep Learning HW1."""
