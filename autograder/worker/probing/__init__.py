"""Building blocks for an assignment's probes, which run in the worker and with the reference."""
