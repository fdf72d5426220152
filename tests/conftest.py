"""Fixtures of several folders of tests."""

from pathlib import Path

import pytest

from tests.plan.small_repository import SmallRepository


@pytest.fixture
def small(tmp_path: Path) -> SmallRepository:
    """A valid repository of a few files, for one test to edit."""
    return SmallRepository(tmp_path)


@pytest.fixture(scope="session")
def shared_small(tmp_path_factory: pytest.TempPathFactory) -> SmallRepository:
    """The same for hypothesis tests, which restore it themselves."""
    return SmallRepository(tmp_path_factory.mktemp("shared"))
