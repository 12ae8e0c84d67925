"""How to compile so that no digit depends on what the compiler fuses."""

from __future__ import annotations

from typing import Any

# The last of these would compile a short loop as one function, with multiply-adds fused.
EXACT: Any = {"xla_disable_hlo_passes": "algsimp,fusion,small-while-loop-hoisting"}
"""Compiler options under which every operation rounds as if it ran alone."""
