"""Convolutional networks on MNIST whose kernels condense from a small initialisation."""
