"""Two versions of the results, compared in numbers and pictures."""
