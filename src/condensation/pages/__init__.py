"""The gallery: one self-contained page of every figure with its claims, settings, equations and downloads."""
