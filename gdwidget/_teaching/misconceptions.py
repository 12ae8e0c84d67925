"""What learners believe of gradient descent, and what to say to those who do."""

from __future__ import annotations

from types import MappingProxyType

MISCONCEPTIONS = MappingProxyType(
    {
        "wrong_way": "The step goes against the gradient: downhill, not uphill.",
        "gradient_uphill_3d": "The gradient lies in the plane of the parameters, not on the "
        "surface of the loss.",
        "gradient_at_minimum": "The gradient shows the steepest way from here; only in one "
        "dimension that is the way to the minimum.",
        "rate_is_length": "A step is the learning rate times the gradient: where the gradient "
        "becomes smaller, so do the steps.",
        "smaller_is_safer": "A smaller rate is not always better: too small, and the run does "
        "not arrive.",
        "ball": "Nothing rolls: each step knows only the gradient where it is, and has no speed.",
        "monotone_loss": "The loss may rise in a step and still fall in the long run.",
        "batch_is_loss": "The loss of a batch is not the loss on all data.",
        "converged_is_minimum": "Where the gradient is 0 no step moves: that can be a hilltop or "
        "a saddle.",
        "momentum_helps": "Momentum can help, or overshoot and take longer.",
        "one_rate": "What a rate does depends on the optimizer: Adam's first step is as long as "
        "the rate, whatever the gradient.",
        "known_curve": "The algorithm knows the loss only where it has evaluated it.",
        "local_minima": "In networks saddles and plateaus hold a run up, rather than local minima.",
    }
)
"""Sentences by the names of misconceptions."""
