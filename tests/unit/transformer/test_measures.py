"""Measures on constructed matrices and runs: cosines, ranks, outcomes, masks, states, attention."""

import numpy as np
import pandas as pd
import pytest

from condensation.measures import mechanisms, transformer
from condensation.measures.lines import random_cosine
from condensation.models.transformer.accuracy import ANSWERS, EvaluationSet
from condensation.models.transformer.condensation import (
    condensation_numbers,
    mean_cosine,
    participation_ratio,
    vectors_of,
)
from condensation.models.transformer.parameters import initial_parameters, parameter_shapes, split
from condensation.models.transformer.task import EXCEPTION, PAIRS, UNSEEN, composition, symmetric_answer
from condensation.models.transformer.training import start_of
from tests.unit.transformer.examples import make_run


def row(theta=None, **results):
    """A row of results of a small run."""
    run = make_run(**{name: results.pop(name) for name in ("gamma", "layers", "seed") if name in results})
    theta = start_of(run) if theta is None else theta
    accuracies = {"train": 1.0, "seen": 1.0, "exception": 1.0, "symmetric": 0.0, "inferential": 0.0}
    numbers = {f"{name}_end": value for name, value in condensation_numbers(run, theta).items()}
    numbers |= {f"{name}_start": value for name, value in condensation_numbers(run, start_of(run)).items()}
    return pd.Series({**vars(run), **accuracies, **numbers, **results, "theta_end": theta})


def test_equal_and_opposite_vectors_are_condensed():
    signs = np.random.default_rng(0).choice([-1, 1], 12)
    vectors = signs[:, None] * np.outer(np.arange(1, 13), [1.0, 2, 3])
    assert mean_cosine(vectors) == pytest.approx(1)
    assert participation_ratio(vectors) == pytest.approx(1)


def test_orthogonal_vectors_are_not():
    assert mean_cosine(np.eye(5)) == pytest.approx(0)
    assert participation_ratio(np.eye(5)) == pytest.approx(5)


def test_a_vector_without_length_has_no_direction():
    assert mean_cosine(np.array([[1.0, 0], [1, 0], [0, 0]])) == pytest.approx(1 / 3)


@pytest.mark.parametrize("dimension", [2, 16, 64, 400])
def test_random_directions_have_the_closed_form(dimension):
    vectors = np.random.default_rng(1).standard_normal((800, dimension))
    assert mean_cosine(vectors) == pytest.approx(random_cosine(dimension), rel=0.01)
    assert random_cosine(dimension) == pytest.approx(np.sqrt(2 / (np.pi * dimension)), rel=0.5 / dimension + 1e-9)


def test_a_random_start_is_not_condensed():
    run = make_run(d_model=64, d_head=32, d_ff=128)
    theta = initial_parameters(run, generator=np.random.default_rng(2))
    for name, vectors in vectors_of(run, theta).items():
        assert mean_cosine(vectors) == pytest.approx(random_cosine(vectors.shape[1]), rel=0.1), name


def test_every_matrix_is_measured_by_its_inputs():
    run = make_run(layers=3)
    shapes = {name: vectors.shape for name, vectors in vectors_of(run, start_of(run)).items()}
    assert len(shapes) == 1 + 3 * 6 + 1
    assert shapes["embeddings"] == (20, 16)
    assert shapes["W_Q.2"] == (8, 16)
    assert shapes["W_O.1"] == (16, 8)
    assert shapes["W_2.3"] == (16, 24)


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ({"symmetric": 0.6, "inferential": 0.3}, "symmetric"),
        ({"symmetric": 0.1, "inferential": 0.7}, "inferential"),
        ({"symmetric": 0.5, "inferential": 0.5}, "neither"),
        ({"symmetric": 1.0, "seen": 0.89}, "not fit"),
        ({"inferential": 1.0, "exception": 0.5}, "not fit"),
    ],
)
def test_outcomes(results, outcome):
    found = transformer.with_outcome(pd.DataFrame([row(**results)]))
    assert found["outcome"].tolist() == [outcome]


def logged(**changes):
    """A row of the log of runs at the authors' size."""
    base = {"gamma": 0.8, "learning_rate": 2e-4, "seed": 1, "bits": 16, "train": 1.0, "seen": 1.0, "exception": 1.0}
    return base | {"symmetric": 0.0, "inferential": 0.0, "mean_cosine": 0.9} | changes


def test_the_papers_statistic_takes_the_best_fitted_rate_of_each_seed_for_each_answer():
    log = pd.DataFrame(
        [
            logged(symmetric=0.2, inferential=0.3),
            logged(learning_rate=3e-4, inferential=0.7),
            logged(learning_rate=1e-4, symmetric=1.0, seen=0.5),  # not fitted
            logged(bits=32, inferential=1.0),  # the control in float32 is not one more rate
            logged(seed=2, exception=0.8, inferential=1.0),
        ]
    )
    table = transformer.phase_rows(pd.DataFrame([row(symmetric=0.9)]), log)
    assert transformer.best_over_rates(table, 0.8, "symmetric") == [0.2, 0.0]
    assert transformer.best_over_rates(table, 0.8, "inferential") == [0.7, 0.0]
    assert len(transformer.phase_runs(table, 0.8)) == 4
    assert transformer.phase_runs(table, 0.5, panel="ours")["outcome"].tolist() == ["symmetric"]
    with pytest.raises(ValueError, match=r"gamma = 0\.7"):
        transformer.phase_runs(table, 0.7)


def test_the_settings_name_what_differs_and_how_many_runs_stand_for_them():
    runs = pd.DataFrame([vars(make_run(seed=seed, gamma=gamma)) for seed in range(3) for gamma in (0.5, 0.8)])
    said = transformer.settings_text(runs)
    assert "d = 16 (400)" in said
    assert "warm-up 10 (3,700)" in said
    assert "keys 20..39 (20..99)" in said
    assert "at most 60 steps (77,700)" in said
    assert said.endswith(", 3 seeds")
    assert transformer.settings_text(runs.iloc[1:]).endswith(", 2 to 3 seeds")
    assert transformer.settings_text(runs, shown=1).endswith(", 1 of 6 runs shown")


def test_the_typical_run_is_the_median_of_those_that_have_the_solution():
    runs = pd.DataFrame(
        [
            row(seed=0, symmetric=1.0, seen=0.2),
            row(seed=1, symmetric=0.7),
            row(seed=3, symmetric=0.8),
            row(seed=2, symmetric=0.9),
            row(seed=4, symmetric=0.4),
        ]
    )
    assert transformer.typical(runs, "symmetric")["seed"] == 3
    assert transformer.typical(runs.iloc[1:3], "symmetric")["seed"] == 1  # of two the lower one
    assert transformer.typical(runs, "inferential")["seed"] == 3  # none has it: the median of the fitted ones, by seed
    assert transformer.typical(runs.iloc[:1], "symmetric")["seed"] == 0


def test_columns_are_grouped_by_direction():
    rng = np.random.default_rng(3)
    directions = np.linalg.qr(rng.standard_normal((9, 3)))[0]
    groups = np.array([0, 1, 0, 2, 0, 1, 0, 1])
    matrix = directions[:, groups] * rng.uniform(1, 2, len(groups))
    order = transformer.block_order(matrix)
    assert groups[order].tolist() == [0, 0, 0, 0, 1, 1, 1, 2]
    rows = transformer.cosine_rows(matrix)
    blocks = rows.pivot(index="row", columns="column", values="cosine").to_numpy()
    np.testing.assert_allclose(blocks[:4, :4], 1)
    np.testing.assert_allclose(blocks[:4, 4:], 0, atol=1e-12)


def test_matrix_rows_read_the_stored_numbers_in_their_order():
    run = row()
    rows = transformer.matrix_rows(pd.DataFrame([run])).set_index(["series", "layer"])
    views = split(start_of(make_run()), parameter_shapes(make_run()))
    assert rows.loc[("W_Q", 2), "mean_cosine"] == pytest.approx(mean_cosine(views["W_Q.2"].T), rel=1e-6)
    assert rows.loc[("embeddings", 0), "participation"] == pytest.approx(
        participation_ratio(views["embeddings"][20:40]), rel=1e-6
    )
    assert rows.loc[("W_O", 1), "mean_cosine_random"] == pytest.approx(random_cosine(8))


def test_probes_differ_in_the_anchors_only():
    run = make_run()
    tokens = mechanisms.probes(run, mechanisms.ORDERED, mechanisms.probe_keys(run))
    assert tokens.shape == (12, 20, 9)
    varied = (tokens != tokens[:1]).any(axis=(0, 1))
    assert varied.nonzero()[0].tolist() == [4, 5]
    assert [tuple(pair) for pair in tokens[:, 0, 4:6]] == list(mechanisms.ORDERED)


def blind_to_order(run):
    """Parameters of a network whose attention is uniform and which has no positions: it cannot see any order."""
    theta = start_of(run)
    views = split(theta, parameter_shapes(run))
    views["embeddings"][-9:] = 0
    for layer in range(1, run.layers + 1):
        views[f"W_Q.{layer}"][:] = 0
    return theta, views


def test_states_of_swapped_anchors_agree_where_the_order_is_not_seen():
    run = make_run(layers=2)
    theta, views = blind_to_order(run)
    views["W_O.1"][:] = 0  # layer 1 passes on single tokens, so that the last layer sums over them
    assert mechanisms.swap_cosine(row(theta)) == pytest.approx(1, abs=1e-6)
    assert mechanisms.swap_cosine(row()) < 0.9999


def test_uniform_attention_is_read_as_such():
    theta, _ = blind_to_order(make_run())
    table = mechanisms.attention_rows(row(theta)).assign(series="attention")
    assert mechanisms.attention_of(table, 1, "last", "key") == pytest.approx(1 / 9)
    assert mechanisms.attention_of(table, 2, "a1", "key") == pytest.approx(1 / 5)
    assert list(mechanisms.early_layers(table)) == [1]
    sums = table.groupby(["layer", "reading"])["attention"].sum()
    np.testing.assert_allclose(sums, 1)


def test_embeddings_that_repeat_every_seven_keys_are_ordered_in_steps_of_three_and_four():
    run = make_run()
    theta = start_of(run)
    angle = 2 * np.pi * np.arange(20) * 2 / 7  # 3 or 4 keys further it has almost gone round
    circle = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    split(theta, parameter_shapes(run))["embeddings"][20:40] = circle @ np.random.default_rng(0).standard_normal(
        (2, 16)
    )
    steps = mechanisms.key_steps(row(theta))
    assert list(steps) == list(range(1, 9))
    assert steps[7] == pytest.approx(1, abs=0.1)
    assert min(steps[3], steps[4]) > max(steps[2], steps[5])
    noise = mechanisms.key_steps(row())
    assert max(abs(value) for value in noise.values()) < 0.4


def test_information_flows_from_key_and_anchors_to_the_last_token():
    attention = np.zeros((2, 9, 9))
    attention[:, range(9), range(9)] = 0.3
    attention[0, 5, 3] = 0.5  # the second anchor reads the key
    attention[0, 8, 1] = 0.9  # noise is read, but says nothing
    attention[0, 7, 4] = 0.6  # read by a token that nobody reads afterwards
    attention[1, 8, 5] = 0.6
    attention[1, 6, 3] = 0.6  # in the last layer only the last token answers
    attention[1, 8, 4] = 0.19  # below what is drawn
    carries = mechanisms.flow_of_information(attention)
    assert np.argwhere(carries).tolist() == [[0, 5, 3], [1, 8, 5]]


def test_cutting_attention_takes_the_edge_and_leaves_the_rest():
    run = make_run()
    tokens = mechanisms.probes(run, (UNSEEN,), mechanisms.probe_keys(run))[0]
    nothing, everything = np.zeros((9, 9), dtype=bool), np.ones((9, 9), dtype=bool)
    whole = mechanisms.full_pass(row(), tokens)
    np.testing.assert_array_equal(mechanisms.full_pass(row(), tokens, {1: nothing}).logits, whole.logits)
    one = nothing.copy()
    one[8, 3] = True
    cut = mechanisms.full_pass(row(), tokens, {2: one}).attention[1]
    assert (cut[:, 8, 3] == 0).all()
    np.testing.assert_array_equal(cut[:, 8, :3], whole.attention[1][:, 8, :3])
    blind = mechanisms.full_pass(row(), tokens, {1: everything, 2: everything}).logits
    assert len(np.unique(blind.numpy().round(6), axis=0)) <= run.key_high - run.key_low  # the last token alone decides
    assert set(mechanisms.kept_answers(row())) == {"carrying", "others"}


def test_principal_components_are_those_of_a_plane():
    rng = np.random.default_rng(4)
    plane = np.linalg.qr(rng.standard_normal((6, 2)))[0]
    scores = rng.standard_normal((40, 2)) * [3, 1]
    found, shares = mechanisms.principal_components(scores @ plane.T + 5)
    assert shares.sum() == pytest.approx(1)
    centred = scores - scores.mean(axis=0)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.linalg.norm(centred, axis=1), rtol=1e-9)


def test_contrast_of_blocks():
    target = np.repeat([1, 2, 3], 4)
    cosine = (target[:, None] == target).astype(float)
    one, two = np.divmod(np.arange(144), 12)
    rows = pd.DataFrame({"row": one, "column": two, "cosine": cosine.ravel(), "target": target[one]})
    assert mechanisms.target_contrast(rows) == pytest.approx(1)
    assert mechanisms.target_contrast(rows.assign(cosine=0.3)) == pytest.approx(0)


def test_states_by_target_are_sorted_and_leave_out_the_unseen_pair():
    rows = mechanisms.states_by_target(row())
    targets = rows.groupby("row")["target"].first()
    assert len(targets) == 11 * 6
    assert targets.is_monotonic_increasing


@pytest.mark.parametrize(("answer", "name"), [(symmetric_answer, "symmetric"), (composition, "inferential")])
def test_accuracies_of_networks_that_know_the_answer(answer, name):
    def predict(tokens):
        place = np.argmax(tokens < 20, axis=1)
        rows = np.arange(len(tokens))
        pairs = zip(tokens[rows, place].tolist(), tokens[rows, place + 1].tolist(), strict=True)
        return tokens[rows, place - 1] + np.array([answer(pair) for pair in pairs])

    asked = EvaluationSet.draw(20, 60, per_pair=64, unseen=300, generator=np.random.default_rng(5))
    evaluation = asked.evaluate(predict)
    found = evaluation.accuracies
    expected = symmetric_answer(UNSEEN) if name == "symmetric" else composition(UNSEEN)
    np.testing.assert_array_equal(evaluation.answers, expected == ANSWERS)
    assert (evaluation.by_position[:, 0] == 1).all()
    assert evaluation.by_position.shape == (7, 4)
    other = {"symmetric": "inferential", "inferential": "symmetric"}[name]
    assert found[name] == found["seen"] == 1.0
    assert found[other] == 0.0
    assert found["exception"] == (1.0 if name == "symmetric" else 0.0)
    assert found["train"] == pytest.approx(1.0 if name == "symmetric" else 14 / 15)


def test_solution_rows_hold_what_the_figure_draws():
    runs = pd.DataFrame([row(seed=0, symmetric=1.0), row(seed=1, inferential=1.0)])
    table = mechanisms.solution_rows(runs, "inferential")
    assert set(table["series"]) == {
        "run", "settings", "attention", "state", "cosine", "solution", "cut carrying", "cut others",
    }  # fmt: skip
    assert len(mechanisms.kept_without(table, "others", "symmetric")) == 1
    difference = mechanisms.swap_cosine(runs.iloc[0]) - mechanisms.swap_cosine(runs.iloc[1])
    assert mechanisms.separation(table) == pytest.approx(difference)
    assert table.loc[table["series"] == "run", "seed"].tolist() == [1]
    assert set(table.loc[table["series"] == "solution", "label"]) == {"symmetric", "inferential"}
    assert (len(PAIRS), EXCEPTION, UNSEEN) == (16, (3, 4), (4, 3))
    assert "(400)" in table.loc[table["series"] == "settings", "label"].iloc[0]
