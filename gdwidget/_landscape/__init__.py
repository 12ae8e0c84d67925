"""The loss on a line and on a plane, and how the model fits: arrays to draw."""
