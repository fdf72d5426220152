"""Gradient flow of two-layer ReLU networks in balanced variables, and its theory."""
