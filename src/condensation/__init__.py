"""Condensation in nonlinear training: plan, train, measure and draw every plot of the lecture.

For a notebook: `condensation.load("f10")` returns a figure's tables, `condensation.draw("f10", width=3.25)` draws it.
"""

__all__ = ["draw", "load"]


def __getattr__(name: str) -> object:
    """Import `load` and `draw` when they are asked for: importing the package stays cheap."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from condensation import figures

    return getattr(figures, name)
