"""Loss and optimizers as programs that a page can run without a kernel."""
