"""Two-layer networks trained by an optimiser of torch, with explicit or implicit regularisation."""
