from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from condensation.plan import run_id
from condensation.plan.batches import MOST_NEURONS, MOST_RUNS, SEEDS_APART, SHARED_NEURONS, Batch, make_batches
from condensation.plan.families import FAMILIES
from tests.unit.plan.test_runs import FIRST

FAMILY = FAMILIES["two_layer"]
AXES = st.tuples(
    st.sampled_from([10, 1000, 10**6, 10**7]),
    st.integers(0, 2),
    st.integers(0, 80),
    st.integers(0, 9),
)


def _runs(axes):
    runs = [replace(FIRST, m=m, seed=seed, gamma=gamma / 20, gamma_prime=prime / 20) for m, seed, gamma, prime in axes]
    return {run_id(run): run for run in runs}


def _batches(runs) -> dict[str, Batch]:
    return {batch.name: batch for batch in make_batches(FAMILY, runs, "c0de")}


MANY = [(1000, seed, gamma, prime) for seed in (0, 1) for gamma in range(50) for prime in range(8)]


@settings(max_examples=30, deadline=None)
@given(st.sets(AXES, max_size=300))
def test_batching_is_a_partition_within_the_limits(axes):
    runs = _runs(axes)
    batches = _batches(runs)
    assert sorted(i for batch in batches.values() for i in batch.run_ids) == sorted(runs)
    for batch in batches.values():
        assert batch.run_ids == tuple(sorted(batch.run_ids)) == tuple(map(run_id, batch.runs))
        assert len(batch.runs) == 1 or len(batch.runs) <= MOST_RUNS
        assert len(batch.runs) == 1 or sum(run.m for run in batch.runs) <= MOST_NEURONS
        shared = {(run.m, run.seed, run.target, run.method, run.keep) for run in batch.runs}
        assert len(shared) == 1


@settings(max_examples=30, deadline=None)
@given(st.sets(AXES, max_size=300), st.randoms(use_true_random=False))
def test_batches_do_not_depend_on_the_order_of_runs(axes, random):
    runs = list(_runs(axes).items())
    shuffled = runs.copy()
    random.shuffle(shuffled)
    assert _batches(dict(shuffled)) == _batches(dict(runs))


@settings(max_examples=30, deadline=None)
@given(gamma=st.integers(60, 80), prime=st.integers(10, 20), count=st.integers(1, len(MANY)))
def test_a_new_run_changes_one_leaf_or_splits_it(gamma, prime, count):
    before = _batches(_runs(MANY[:count]))
    after = _batches(_runs([*MANY[:count], (1000, 0, gamma, prime)]))
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    assert len(gone) <= 1
    added = {i for name in new for i in after[name].run_ids} - {i for name in gone for i in before[name].run_ids}
    assert len(added) == 1
    if len(new) > 1:
        (full,) = gone
        assert len(before[full].runs) == MOST_RUNS


def test_new_seeds_and_widths_add_batches_and_keep_the_others():
    before = _batches(_runs(MANY))
    seed = _batches(_runs([*MANY, *((1000, 2, gamma, 0) for gamma in range(50))]))
    width = _batches(_runs([*MANY, *((10**6, 0, gamma, 0) for gamma in range(50))]))
    assert before.keys() < seed.keys()
    assert before.keys() < width.keys()
    assert all(batch.runs[0].m == 10**6 for name, batch in width.items() if name not in before)
    assert len(width.keys() - before.keys()) >= 50 * 10**6 / MOST_NEURONS


def test_many_seeds_share_batches_and_few_stay_apart():
    """500 small runs are a few jobs, not 500; a new seed among them changes one leaf or splits it."""
    many = _batches(_runs([(10, seed, 20, 0) for seed in range(500)]))
    assert len(many) <= 8
    assert sorted(run.seed for batch in many.values() for run in batch.runs) == list(range(500))
    assert all(name.startswith("x_squared-m10-seeds-") for name in many)
    more = _batches(_runs([(10, seed, 20, 0) for seed in range(501)]))
    assert len(many.keys() - more.keys()) == 1
    few = _batches(_runs([(10, seed, 20, 0) for seed in range(SEEDS_APART)]))
    assert len(few) == SEEDS_APART
    large = _batches(_runs([(10_000, seed, 20, 0) for seed in range(100)]))
    assert all(sum(run.m for run in batch.runs) <= SHARED_NEURONS for batch in large.values())
    assert FAMILIES["cnn"].seeds_together is FAMILIES["transformer"].seeds_together is False


def test_name_shows_shape_leaf_runs_and_code():
    (batch,) = make_batches(FAMILY, _runs([(1000, 0, 1, 0), (1000, 0, 2, 0)]), "c0dec0de")
    label, digest, code = batch.name.rsplit("-", 2)
    assert (label, len(digest), code) == ("x_squared-m1000-seed0-all", 8, "c0dec0de")
    assert batch.path == f"data/runs/two_layer/{batch.name}.parquet"


def test_runs_that_differ_in_a_costly_axis_never_share_a_batch():
    runs = [replace(FIRST, keep=keep, max_steps=steps) for keep in ("summary", "histogram") for steps in (10, 20)]
    names = _batches({run_id(run): run for run in runs})
    assert len(names) == 4
