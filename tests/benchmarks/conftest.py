"""What benchmarks share: fair timing of two ways of doing the same, the machine's limits, one table at the end."""

import time
from collections.abc import Callable

import pytest
from tests.benchmarks.machine import Limits, measured_limits

_LINES = pytest.StashKey[list[str]]()
_ROUNDS = 5


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LINES] = []


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    if config.stash[_LINES]:
        terminalreporter.section("speed, one thread")
        for line in config.stash[_LINES]:
            terminalreporter.write_line(line)


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function that adds a line to the table printed after the benchmarks."""
    return request.config.stash[_LINES].append


@pytest.fixture(scope="session")
def limits(request: pytest.FixtureRequest) -> Limits:
    """Memory and arithmetic limits of this machine, measured in this run."""
    found = measured_limits()
    request.config.stash[_LINES].append(
        f"machine: {found.memory_bytes / 1e9:.1f} GB/s from memory, {found.flops / 1e9:.1f} GFLOP/s (dgemm)"
    )
    return found


def best_seconds(*functions: Callable[[], object], rounds: int = _ROUNDS) -> list[float]:
    """Return the shortest time of each function, run in turns so that a busy machine disturbs all alike."""
    for function in functions:
        function()  # compiles, fills caches
    best = [float("inf")] * len(functions)
    for _ in range(rounds):
        for number, function in enumerate(functions):
            started = time.perf_counter()
            function()
            best[number] = min(best[number], time.perf_counter() - started)
    return best


@pytest.fixture
def seconds() -> Callable[..., list[float]]:
    """Return `best_seconds`."""
    return best_seconds
