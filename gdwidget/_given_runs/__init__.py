"""Widgets of runs that were recorded elsewhere: in a training loop, or by another solver."""
