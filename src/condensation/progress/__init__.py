"""What a person sees before, during and after a run: expected times, a progress line, one summary."""
