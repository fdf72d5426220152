"""Three-layer ReLU networks: gradient flow and its scaling theory."""
