"""Two-layer networks on a target of your own, written as an expression in a table."""
