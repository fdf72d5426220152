"""The style in which figures are drawn, for the tests that draw them."""

from collections.abc import Iterator

import matplotlib as mpl
import pytest

from condensation.drawing.style import use_style


@pytest.fixture(scope="module")
def style() -> Iterator[None]:
    """Draw in the project's style while a module's tests run."""
    with mpl.rc_context():
        use_style()
        yield
