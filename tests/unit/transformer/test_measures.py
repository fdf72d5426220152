"""Measures on constructed matrices and runs: cosines, ranks, outcomes, the paper's statistic."""

import numpy as np
import pandas as pd
import pytest

from condensation.geometry import random_cosine
from condensation.measures import transformer
from condensation.models.transformer.accuracy import ANSWERS, EvaluationSet
from condensation.models.transformer.condensation import (
    mean_cosine,
    participation_ratio,
    vectors_of,
)
from condensation.models.transformer.parameters import initial_parameters, parameter_shapes, split
from condensation.models.transformer.task import UNSEEN, composition, symmetric_answer
from condensation.models.transformer.training import start_of
from tests.unit.transformer.examples import make_run, row


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
    wide = pd.DataFrame([row(seed=seed, precision="bfloat16") for seed in (4, 5)])
    experiments = {
        "small": pd.DataFrame([row(symmetric=0.9)]),
        "authors_large": wide,
        "authors_large_float32": pd.DataFrame([row(seed=5, precision="float32")]),
    }
    tables = {
        name: table.to_pandas()
        for name, table in transformer.phase_tables(experiments, {transformer.AUTHORS_SIZE: log}).items()
    }
    best = tables["best"][tables["best"]["d_model"] == transformer.AUTHORS_WIDTH]
    assert transformer.at_gamma(best, 0.8)["symmetric"].tolist() == [0.2, 0.0]
    assert transformer.at_gamma(best, 0.8)["inferential"].tolist() == [0.7, 0.0]
    assert best["fitted"].tolist() == [1.0, 0.0]
    assert len(transformer.at_gamma(tables["authors"], 0.8)) == 4
    assert tables["control"][["seed", "bits"]].to_numpy().tolist() == [[1, 16], [1, 32], [5, 16], [5, 32]]
    assert transformer.at_gamma(tables["ours"], 0.5)["outcome"].tolist() == ["symmetric"]
    with pytest.raises(ValueError, match=r"gamma = 0\.7"):
        transformer.at_gamma(tables["authors"], 0.7)


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


def test_the_run_shown_is_the_widest_that_has_the_solution():
    wide = row(symmetric=1.0)
    wide["d_model"] = 400
    runs = pd.DataFrame([wide, row(seed=1, inferential=0.9), row(seed=2, inferential=0.8, layers=3)])
    assert transformer.with_solution(runs, "symmetric")["d_model"] == 400
    assert transformer.with_solution(runs, "inferential")["seed"] == 1
    assert transformer.with_solution(runs.iloc[:1], "inferential")["d_model"] == 400  # none has it: the typical run


def test_the_large_and_the_small_start_are_the_experiments_at_the_authors_size():
    runs = {
        "authors_large": pd.DataFrame([row(seed=0, symmetric=1.0), row(seed=1)]),
        "authors_small": pd.DataFrame([row(seed=2)]),
        "others": pd.DataFrame([row(seed=3)]),
    }
    assert [run["seed"] for run in transformer.large_and_small(runs)] == [0, 2]
    assert transformer.narrow(runs)["seed"].tolist() == [3]


def test_similarity_is_that_of_columns_thinned_where_there_are_many():
    matrix = np.random.default_rng(3).standard_normal((5, 40))
    table = transformer.similarity_table(matrix, most=20)
    cosine = table.pivot(index="row", columns="column", values="cosine").to_numpy()
    assert cosine.shape == (20, 20)
    np.testing.assert_allclose(np.diag(cosine), 1)
    first, second = matrix[:, 0], matrix[:, 2]
    expected = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert cosine[0, 1] == pytest.approx(expected, abs=5e-4)


def test_matrix_rows_read_the_stored_numbers_in_their_order():
    run = row()
    rows = transformer.matrix_rows(pd.DataFrame([run])).set_index(["matrix", "layer"])
    views = split(start_of(make_run()), parameter_shapes(make_run()))
    assert rows.loc[("W_Q", 2), "mean_cosine"] == pytest.approx(mean_cosine(views["W_Q.2"].T), rel=1e-6)
    assert rows.loc[("embeddings", 0), "participation"] == pytest.approx(
        participation_ratio(views["embeddings"][20:40]), rel=1e-6
    )
    assert rows.loc[("W_O", 1), "mean_cosine_random"] == pytest.approx(random_cosine(8))


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
