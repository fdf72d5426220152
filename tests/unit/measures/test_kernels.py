"""Measures of condensed kernels at their limits, and their order in the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.measures.kernels import effective_rank, mean_similarity, order
from condensation.measures.lines import cosine_similarity, random_cosine


def test_identical_kernels_are_fully_condensed():
    kernels = np.outer([1.0, 1.0, 1.0, 1.0], np.arange(1.0, 10.0))
    assert mean_similarity(cosine_similarity(kernels)) == pytest.approx(1)
    assert effective_rank(cosine_similarity(kernels)) == pytest.approx(1)


@given(st.lists(st.sampled_from([-3.0, -1.0, 0.5, 2.0]), min_size=2, max_size=12))
def test_sign_and_length_do_not_count(factors):
    kernels = np.outer(factors, np.linspace(-1, 2, 9))
    assert mean_similarity(cosine_similarity(kernels)) == pytest.approx(1)
    assert effective_rank(cosine_similarity(kernels)) == pytest.approx(1)


@pytest.mark.parametrize("lines", [1, 2, 5, 9])
def test_effective_rank_counts_orthogonal_lines(lines):
    kernels = np.repeat(np.eye(9)[:lines], 4, axis=0)
    assert effective_rank(cosine_similarity(kernels)) == pytest.approx(lines)
    pairs = 4 * lines
    assert mean_similarity(cosine_similarity(kernels)) == pytest.approx(3 / (pairs - 1))


@pytest.mark.parametrize("dimension", [2, 3, 9, 100])
def test_random_kernels_have_the_closed_form(dimension):
    kernels = np.random.default_rng(dimension).standard_normal((1500, dimension))
    assert mean_similarity(cosine_similarity(kernels)) == pytest.approx(random_cosine(dimension), rel=0.01)
    assert effective_rank(cosine_similarity(kernels)) == pytest.approx(dimension, rel=0.05)


def test_the_closed_form_is_known_in_low_dimensions():
    assert random_cosine(1) == pytest.approx(1)
    assert random_cosine(2) == pytest.approx(2 / np.pi)
    assert random_cosine(3) == pytest.approx(1 / 2)


@given(st.permutations([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0]))
def test_the_order_makes_a_block_of_each_sign_the_larger_first(signs):
    kernels = np.outer(signs, np.linspace(-1, 2, 9))
    cosine = cosine_similarity(kernels[order(kernels)])
    np.testing.assert_allclose(cosine[:4, :4], 1)
    np.testing.assert_allclose(cosine[4:, 4:], 1)
    np.testing.assert_allclose(cosine[:4, 4:], -1)


def test_the_order_does_not_depend_on_the_order_before():
    rng = np.random.default_rng(0)
    kernels = np.ones(9) + 0.5 * rng.standard_normal((12, 9))
    shuffled = rng.permutation(12)
    one = kernels[order(kernels)]
    np.testing.assert_allclose(kernels[shuffled][order(kernels[shuffled])], one)


def test_a_kernel_of_zeros_is_alike_to_none():
    assert mean_similarity(cosine_similarity(np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]]))) == pytest.approx(1 / 3)
    assert len(order(np.zeros((3, 9)))) == 3
