"""Two-layer ReLU networks on the first MNIST images: the phase maps of Regime identification, Condensation map."""
