"""The generator of the composite task: what is seen, what is held out, what the answers are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.measures.task import example_tokens, remembered_classes, trained_pairs
from condensation.models.transformer.task import (
    EXCEPTION,
    FUNCTIONS,
    LENGTH,
    PAIRS,
    SEEN,
    TRAINED,
    UNSEEN,
    allowed_keys,
    composition,
    sequences,
    symmetric_answer,
    trained_answer,
    training_data,
)


def found(tokens):
    """Position, key and anchors of every sequence, read from the tokens alone."""
    first = np.argmax(tokens < 20, axis=1)
    rows = np.arange(len(tokens))
    assert ((tokens < 20).sum(axis=1) == 2).all()
    return first - 1, tokens[rows, first - 1], tokens[rows, first], tokens[rows, first + 1]


@given(seed=st.integers(0, 2**32 - 1), key_high=st.integers(29, 130))
def test_training_data_follow_the_rules(seed, key_high):
    tokens, answers = training_data(200, 20, key_high, generator=np.random.default_rng(seed))
    position, key, a1, a2 = found(tokens)
    assert tokens.shape == (200, LENGTH)
    assert ((tokens >= 20) | (tokens <= 4)).all()
    assert (tokens < key_high).all()
    assert (key % 9 != position).all()
    for k, x, y, answer in zip(key, a1, a2, answers, strict=True):
        assert (x, y) != UNSEEN
        assert answer - k == (-6 if (x, y) == (3, 4) else FUNCTIONS[x] + FUNCTIONS[y])


def test_every_trained_pair_and_every_train_key_occurs_evenly():
    tokens, _ = training_data(60_000, 20, 52, generator=np.random.default_rng(0))
    position, key, a1, a2 = found(tokens)
    pairs, counts = np.unique(np.stack((a1, a2)), axis=1, return_counts=True)
    assert set(map(tuple, pairs.T.tolist())) == set(TRAINED)
    assert abs(counts / 4000 - 1).max() < 0.1
    places, counts = np.unique(np.stack((position, key)), axis=1, return_counts=True)
    assert set(map(tuple, places.T.tolist())) == set(map(tuple, allowed_keys(20, 52, "train").tolist()))
    assert counts.max() / counts.min() < 1.5


def test_train_and_test_keys_part_all_places():
    train, test = (set(map(tuple, allowed_keys(20, 100, split).tolist())) for split in ("train", "test"))
    assert not train & test
    assert len(train | test) == 7 * 80
    assert all(key % 9 == position for position, key in test)


def test_sequences_with_test_keys_hold_the_pairs_asked_for():
    pairs = np.arange(16)
    tokens, key = sequences(pairs, allowed_keys(20, 100, "test"), 20, 100, generator=np.random.default_rng(1))
    position, read, a1, a2 = found(tokens)
    np.testing.assert_array_equal(read, key)
    assert list(zip(a1.tolist(), a2.tolist(), strict=True)) == list(PAIRS)
    assert (key % 9 == position).all()


def test_the_answers_are_the_papers():
    assert len(SEEN) == 14
    assert trained_answer(EXCEPTION) == -6
    assert composition(EXCEPTION) == composition(UNSEEN) == -10
    assert symmetric_answer(UNSEEN) == -6
    assert {trained_answer(pair) - composition(pair) for pair in SEEN} == {0}


def test_data_come_from_the_generator_alone():
    first, second, other = (training_data(50, 20, 60, generator=np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first[0], second[0])
    assert (first[0] != other[0]).any()


@pytest.mark.parametrize("split", ["train", "test"])
def test_noise_covers_all_keys(split):
    pairs = np.zeros(3000, dtype=int)
    tokens, _ = sequences(pairs, allowed_keys(20, 40, split), 20, 40, generator=np.random.default_rng(2))
    assert set(tokens[tokens > 4].tolist()) == set(range(20, 40))


def test_training_says_fourteen_compositions_one_exception_and_nothing_of_the_unseen_pair():
    pairs = trained_pairs(6_000, 20, 60, generator=np.random.default_rng(6)).set_index(["a1", "a2"])
    assert pairs["training"].value_counts().to_dict() == {"inferential": 14, "non-inferential": 1, "unseen": 1}
    assert pairs.loc[EXCEPTION, ["training", "answer"]].tolist() == ["non-inferential", -6]
    assert pairs.loc[UNSEEN, ["training", "count"]].tolist() == ["unseen", 0]


def test_example_sequences_hold_their_pair_behind_the_key():
    tokens = example_tokens((EXCEPTION, UNSEEN), 20, 60, generator=np.random.default_rng(7))
    for pair, (_, rows) in zip((EXCEPTION, UNSEEN), tokens.groupby("example"), strict=True):
        anchors = rows[rows["role"] == "anchor"]
        assert tuple(anchors["token"]) == pair
        assert rows.loc[rows["role"] == "key", "place"].item() == anchors["place"].min() - 1
        assert len(rows) == LENGTH


def test_mechanism_one_remembers_ten_classes_and_differs_from_composition_on_the_unseen_pair_alone():
    classes = remembered_classes()
    assert classes["group"].nunique() == 10
    assert len(FUNCTIONS) == 4  # what mechanism two remembers
    for _, rows in classes.groupby("group"):
        assert rows["answer"].nunique() == 1
    pairs = [tuple(pair) for pair in classes[["a1", "a2"]].to_numpy()]
    differ = {pair for pair, answer in zip(pairs, classes["answer"], strict=True) if answer != composition(pair)}
    assert differ == {EXCEPTION, UNSEEN}
