"""Condensation in nonlinear training: plan, train, measure and draw every plot of the lecture."""
