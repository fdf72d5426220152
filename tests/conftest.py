"""Fixtures of several folders of tests, and how tests are shared out over processes (`make test`)."""

from pathlib import Path

import pytest

from tests.plan.small_repository import SmallRepository


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests of one file, or of one shared clone, into one process: what they share is made once.

    What takes longest goes first, so that no process is left with it alone at the end.
    """
    longest = ("smoke", "pulled_clone", "tests/laws")
    weights = {}
    for item in items:
        names = [name for name in longest if name in getattr(item, "fixturenames", ())]
        group = names[0] if names else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
        weights[item] = next((place for place, name in enumerate(longest) if group.startswith(name)), len(longest))
    items.sort(key=weights.__getitem__)


@pytest.fixture
def small(tmp_path: Path) -> SmallRepository:
    """A valid repository of a few files, for one test to edit."""
    return SmallRepository(tmp_path)


@pytest.fixture(scope="session")
def shared_small(tmp_path_factory: pytest.TempPathFactory) -> SmallRepository:
    """The same for hypothesis tests, which restore it themselves."""
    return SmallRepository(tmp_path_factory.mktemp("shared"))
