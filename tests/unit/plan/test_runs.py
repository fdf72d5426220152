import dataclasses
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from condensation.models.two_layer.run import TwoLayerRun
from condensation.plan import run_id
from tests.unit.plan.small_repository import TABLE, SmallRepository, line, table

EXPONENTS = st.decimals(-2, 4, places=2).map(float)
RUNS = st.builds(
    TwoLayerRun,
    target=st.sampled_from(["x_squared", "two_kinks"]),
    m=st.integers(2, 10**7),
    gamma=EXPONENTS,
    gamma_prime=EXPONENTS,
    log_m_beta2=EXPONENTS,
    seed=st.integers(0, 100),
    antisymmetric=st.booleans(),
    method=st.sampled_from(["gradient_descent", "exponential_midpoint"]),
    learning_rate=st.none() | st.floats(1e-6, 1),
    stop_loss=st.none() | st.floats(1e-12, 1),
    max_steps=st.integers(1, 10**6),
    snapshots=st.lists(st.integers(1, 100), max_size=3).map(tuple),
    keep=st.sampled_from(["summary", "histogram", "parameters"]),
)
FIRST = TwoLayerRun("x_squared", 1000, 1.0, 0.0, 0.0, 0, True, "gradient_descent", None, 1e-8, 200000, (), "summary")


def test_id_never_changes():
    """Stored results are found by it."""
    assert run_id(FIRST) == "dd8733f3c808e3ff"


@given(RUNS, RUNS)
def test_distinct_runs_have_distinct_ids(first, second):
    assert (run_id(first) == run_id(second)) == (first == second)


@given(RUNS)
def test_every_parameter_counts(run):
    for field in dataclasses.fields(run):
        other = dataclasses.replace(run, **{field.name: "another value"})
        assert run_id(other) != run_id(run)


def test_lists_multiply_out(small: SmallRepository):
    experiment = small.plan().experiments["two_layer:slope_map"]
    runs = {(run.m, run.gamma, run.gamma_prime, run.seed) for run in experiment.runs}
    gammas = (0.6, 0.8, 1.0, 1.2, 1.4)
    assert runs == {(m, g, p, s) for m in (100, 200) for g in gammas for p in (-0.2, 0.2) for s in (0, 1, 2)}
    assert len(experiment.runs) == len(set(experiment.run_ids)) == 60
    assert experiment.run_ids == tuple(map(run_id, experiment.runs))
    assert (experiment.line, experiment.source) == (3, "paper section 4; $5 & more")


def test_what_two_rows_share_is_trained_once(small: SmallRepository):
    small.table(line(name="a", seed="0,1"), line(name="b", seed="1,2"))
    plan = small.plan()
    assert sum(len(e.runs) for e in plan.experiments.values()) == 80
    assert sum(len(batch.runs) for batch in plan.batches.values()) == 60


ROWS = [("a", "0.5"), ("b", "0.6"), ("c", "0.7,0.8"), ("d", "0.7,0.9")]


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(ROWS), names=st.permutations("wxyz"), seed=st.integers(0, 1000))
def test_order_names_comments_and_blank_lines_do_not_count(shared_small: SmallRepository, order, names, seed):
    shared_small.restore()
    shared_small.table(*(line(name=name, gamma=gamma, m="10", seed="0") for name, gamma in ROWS))
    expected = shared_small.plan()
    lines = [line(name=name, gamma=gamma, m="1e1", seed="0") for name, (_, gamma) in zip(names, order, strict=True)]
    rng = random.Random(seed)
    for _ in range(rng.randrange(4)):
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(["", "  ", "# comment", "\t\t"]))
    shared_small.write(TABLE, table(*lines))
    plan = shared_small.plan()
    assert plan.batches == expected.batches
    ids = {frozenset(experiment.run_ids) for experiment in plan.experiments.values()}
    assert ids == {frozenset(experiment.run_ids) for experiment in expected.experiments.values()}


def test_source_notes_and_spelling_do_not_count(small: SmallRepository):
    before = small.plan()
    small.edit(TABLE, "paper section 4; $5 & more\t", "slide\ta guess")
    small.edit(TABLE, "0.6:1.4:0.2", "linspace(0.6,1.40,5)")
    assert small.plan().batches == before.batches
    assert small.plan().run_table_hash("f11_slope_map") == before.run_table_hash("f11_slope_map")
