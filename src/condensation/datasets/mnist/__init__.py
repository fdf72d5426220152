"""The MNIST data set: where it comes from, what its bytes must be, and how they are read."""
