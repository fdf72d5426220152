"""Claims of the lecture, evaluated from the metrics."""
