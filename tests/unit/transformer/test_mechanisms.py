"""What a network does with probes: flow of attention, ablation, states, maps; on networks built by hand."""

import numpy as np
import pandas as pd
import pytest

from condensation.measures import embeddings, mechanisms, probes, solutions, states
from condensation.measures.probes import PLACE
from condensation.models.transformer.parameters import parameter_shapes, split
from condensation.models.transformer.task import LENGTH, UNSEEN
from condensation.models.transformer.training import start_of
from tests.unit.transformer.examples import make_run, row


def blind_to_order(run):
    """Parameters of a network whose attention is uniform and which has no positions: it cannot see any order."""
    theta = start_of(run)
    views = split(theta, parameter_shapes(run))
    views["embeddings"][-LENGTH:] = 0
    for layer in range(1, run.layers + 1):
        views[f"W_Q.{layer}"][:] = 0
    return theta, views


def test_probes_differ_in_the_anchors_only():
    run = make_run()
    tokens = probes.probes(run, states.ORDERED, probes.probe_keys(run))
    assert tokens.shape == (12, 20, LENGTH)
    assert (tokens != tokens[:1]).any(axis=(0, 1)).nonzero()[0].tolist() == [PLACE + 1, PLACE + 2]
    assert [tuple(pair) for pair in tokens[:, 0, PLACE + 1 : PLACE + 3]] == list(states.ORDERED)


def test_a_pass_in_parts_is_the_whole_pass():
    run = make_run()
    tokens = probes.probes(run, states.ORDERED * 3, probes.probe_keys(run))  # more than one chunk
    found = probes.from_pass(row(), tokens, lambda passed: passed.logits)
    one = probes.from_pass(row(), tokens[5, 7], lambda passed: passed.logits)
    assert found.shape == (36, 20, run.vocabulary)
    np.testing.assert_allclose(found[5, 7], one, atol=1e-5)


def test_uniform_attention_is_read_as_such():
    theta, _ = blind_to_order(make_run())
    sequence = mechanisms.shown_sequence(row(theta))
    attention = mechanisms.attention_maps(row(theta), sequence[None])[0]
    assert sequence[PLACE] == 39  # the largest key of the run, which has no 99
    assert attention[0, 8, PLACE] == pytest.approx(1 / 9)
    assert attention[1, PLACE + 1, PLACE] == pytest.approx(1 / 5)
    np.testing.assert_allclose(attention.sum(axis=2), 1, atol=1e-6)
    drawn = mechanisms.attention_rows(row(theta), sequence)  # only what is above 0.2: of four tokens at most
    assert (drawn["reading"] < 4).all()
    assert set(drawn["layer"]) == {1, 2}


def test_information_flows_from_key_and_anchors_to_the_last_token():
    attention = np.zeros((2, 9, 9))
    attention[:, range(9), range(9)] = 0.3
    attention[0, 5, 3] = 0.5  # the second anchor reads the key
    attention[0, 8, 1] = 0.9  # noise is read, but says nothing
    attention[0, 7, 4] = 0.6  # read by a token that nobody reads afterwards
    attention[1, 8, 5] = 0.6
    attention[1, 6, 3] = 0.6  # in the last layer only the last token answers
    attention[1, 8, 4] = 0.19  # below what is drawn
    assert np.argwhere(mechanisms.flow_of_information(attention)).tolist() == [[0, 5, 3], [1, 8, 5]]


def test_the_edges_of_the_mechanisms_lie_before_the_last_layer():
    edges = mechanisms.mechanism_edges(3, 2)
    assert {tuple(edge) for edge in np.argwhere(edges["pair"])} == {(0, 8, 3), (0, 8, 4), (1, 8, 3), (1, 8, 4)}
    assert {tuple(edge) for edge in np.argwhere(edges["single"])} == {(0, 3, 2), (0, 4, 2), (1, 3, 2), (1, 4, 2)}


def test_ablation_is_measured_on_as_many_unseen_test_sequences_as_asked_for():
    found = mechanisms.unseen_sequences(row(), 200)
    assert sum(map(len, found.values())) == 200
    for place, tokens in found.items():
        assert (tokens[:, place + 1 : place + 3] == UNSEEN).all()
        assert (tokens[:, place] % 9 == place).all()
        assert place < 6  # noise comes last


def test_cutting_attention_takes_the_edge_and_leaves_the_rest():
    run = make_run()
    tokens = probes.probes(run, (UNSEEN,), probes.probe_keys(run))[0]
    cut = np.zeros((2, 9, 9), dtype=bool)
    cut[1, 8, 3] = True
    whole = mechanisms.attention_maps(row(), tokens)[:, 1]
    without = probes.from_pass(row(), tokens, lambda passed: passed.attention[1], cut={2: cut[1]})
    assert (without[:, 8, 3] == 0).all()
    np.testing.assert_array_equal(without[:, 8, :3], whole[:, 8, :3])
    everything = mechanisms.answers(row(), tokens, np.ones((2, 9, 9), dtype=bool))
    assert len(np.unique(everything)) <= len(np.unique(tokens[:, -1]))  # the last token alone decides


def test_a_network_that_reads_nothing_keeps_its_answers_under_ablation():
    run = make_run()
    theta = start_of(run)
    views = split(theta, parameter_shapes(run))
    for layer in (1, 2):
        views[f"W_O.{layer}"][:] = 0
    assert mechanisms.kept_answers(row(theta), 100) == {"pair": 1.0, "single": 1.0}


def test_states_of_swapped_anchors_agree_where_the_order_is_not_seen():
    run = make_run(layers=2)
    theta, views = blind_to_order(run)
    views["W_O.1"][:] = 0  # layer 1 passes on single tokens, so that the last layer sums over them
    assert states.swap_cosine(row(theta)) == pytest.approx(1, abs=1e-5)
    assert states.swap_cosine(row()) < 0.9999


def test_compared_states_mark_equal_targets():
    table = states.compared_states(row())
    assert table["key"].min() == 29  # eleven keys, the last of them the run's largest
    for (one, other), (_, rows) in zip(states.COMPARED, table.groupby("a1", sort=False), strict=True):
        same = rows[rows["same_target"] == 1.0]
        step = {((3, 3), (2, 2)): 6, ((1, 2), (1, 3)): -3}[one, other]  # x - 4 = x' + 2 and x + 6 = x' + 3
        assert set(same["key"] - same["other_key"]) == {step}
        assert len(rows) == 121
        assert len(same) == 11 - abs(step)
    assert states.target_contrast(table.assign(cosine=table["same_target"])) == 1.0


def test_a_map_keeps_groups_together_and_is_the_same_twice():
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(3), 30)
    vectors = 10 * rng.standard_normal((3, 8))[groups] + rng.standard_normal((90, 8))
    found = states.neighbour_map(vectors, perplexity=10)
    centres = np.array([found[groups == group].mean(axis=0) for group in range(3)])
    nearest = np.linalg.norm(found[:, None] - centres, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, groups)
    np.testing.assert_array_equal(found, states.neighbour_map(vectors, perplexity=10))


def test_values_at_the_first_anchor_name_what_its_function_makes_of_the_key():
    table = states.first_anchor_values(row(), noises=1)
    assert len(table) == 4 * 20
    steps = table["mapped"] - table["key"]
    assert dict(zip(table["a1"], steps, strict=True)) == {1: 5, 2: 1, 3: -2, 4: -8}


def test_embeddings_that_repeat_every_seven_keys_are_ordered_in_steps_of_three_and_four():
    run = make_run()
    theta = start_of(run)
    angle = 2 * np.pi * np.arange(20) * 2 / 7  # 3 or 4 keys further it has almost gone round
    circle = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    plane = np.random.default_rng(0).standard_normal((2, 16))
    split(theta, parameter_shapes(run))["embeddings"][20:40] = circle @ plane
    steps = embeddings.key_steps(row(theta)).set_index("step_of_key")["cosine"]
    assert steps.index.tolist() == list(range(1, 9))
    assert steps[7] == pytest.approx(1, abs=0.1)
    assert min(steps[3], steps[4]) > max(steps[2], steps[5])
    assert embeddings.key_steps(row())["cosine"].abs().max() < 0.4


def test_growth_leaves_out_what_a_run_that_ended_early_did_not_reach():
    values = np.array([[3.0, 2.0], [4.0, 2.5], [np.nan, np.nan]])
    table = embeddings.covariance_growth(row(step=np.array([0, 5, 10]), eigenvalues_course=values.ravel()))
    assert table[["training_step", "number", "eigenvalue"]].to_numpy().tolist() == [
        [0, 1, 3.0], [0, 2, 2.0], [5, 1, 4.0], [5, 2, 2.5],
    ]  # fmt: skip


def test_solution_tables_hold_what_the_figure_draws(monkeypatch):
    monkeypatch.setattr(states, "neighbour_map", lambda vectors: vectors[:, :2])  # seconds that the tables do without
    runs = pd.DataFrame([row(seed=0, symmetric=1.0), row(seed=1, inferential=1.0), row(seed=2)])
    measured = solutions.solution_tables(runs, "inferential", count=60)
    tables = {name: table.to_pandas() for name, table in measured.items()}
    assert set(tables) == {"shown", "tokens", "attention", "states", "cosines", "values", "solutions", "kept"}
    assert tables["shown"]["seed"].tolist() == [1]
    assert tables["kept"]["seed"].tolist() == [1]
    assert tables["solutions"]["outcome"].tolist() == ["symmetric", "inferential"]
    difference = states.swap_cosine(runs.iloc[0]) - states.swap_cosine(runs.iloc[1])
    found = solutions.separation(tables["solutions"], "swap_cosine", "symmetric", "inferential")
    assert found == pytest.approx(difference)


def test_solutions_are_told_apart_where_both_occur():
    runs = pd.DataFrame(
        {
            "layers": [2, 2, 2, 2, 3],
            "d_model": [64, 64, 64, 400, 64],
            "outcome": ["symmetric", "symmetric", "inferential", "symmetric", "inferential"],
            "contrast": [0.3, 0.2, 0.6, 0.9, 0.0],
        }
    )
    assert solutions.separation(runs, "contrast", "inferential", "symmetric") == pytest.approx(0.3)
    with pytest.raises(ValueError, match="at one width"):
        solutions.separation(runs.iloc[:2], "contrast", "inferential", "symmetric")
