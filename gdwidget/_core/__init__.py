"""What is minimised, and how a step is taken: pure functions that know no widget."""
