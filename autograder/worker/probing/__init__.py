"""Building blocks for probes: what an assignment's probes are made of, inside the worker and beside the reference."""
