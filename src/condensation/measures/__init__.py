"""Measures of condensation: orientation, relative distance, number of directions, slopes."""
