"""The error of a table row whose cells are each valid but do not fit together."""


class CellError(ValueError):
    """A run's parameters contradict each other.

    column, reason: the first problem. problems: every (column, reason) of the row, so that all are shown at once.
    """

    def __init__(self, column: str, reason: str, *further: tuple[str, str]) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason
        self.problems: tuple[tuple[str, str], ...] = ((column, reason), *further)
