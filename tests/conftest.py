"""Fixtures of several folders of tests, and how tests are shared out over processes (`make test`)."""

from pathlib import Path

import pytest

from tests.unit.plan.small_repository import SmallRepository

_LONGEST = (
    "test_kill",
    "test_documented_commands",
    "test_rebuild",
    "test_odd_places",
    "test_mutants",
    "test_clone",
    "test_bad_input",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, so that no process is left with one of them at the end."""
    items.sort(key=lambda item: _LONGEST.index(item.path.stem) if item.path.stem in _LONGEST else len(_LONGEST))


@pytest.fixture
def small(tmp_path: Path) -> SmallRepository:
    """A valid repository of a few files, for one test to edit."""
    return SmallRepository(tmp_path)


@pytest.fixture(scope="session")
def shared_small(tmp_path_factory: pytest.TempPathFactory) -> SmallRepository:
    """The same for hypothesis tests, which restore it themselves."""
    return SmallRepository(tmp_path_factory.mktemp("shared"))
