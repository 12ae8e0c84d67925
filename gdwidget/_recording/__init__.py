"""What an optimizer sees of a loop that somebody else runs."""
