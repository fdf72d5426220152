"""Data that trainings read."""
