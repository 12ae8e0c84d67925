"""Questions that are answered before it is seen what happens, and what becomes of the answers."""
