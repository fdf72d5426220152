"""Measures of condensed kernels at their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.geometry import random_cosine
from condensation.measures.kernels import condensation_of, effective_rank, mean_similarity
from condensation.measures.lines import cosine_similarity


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


def test_a_kernel_of_zeros_is_alike_to_none():
    assert mean_similarity(cosine_similarity(np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]]))) == pytest.approx(1 / 3)


def test_kernels_of_one_line_and_of_a_random_start():
    line = condensation_of(np.outer([1.0, -2.0, 3.0, 0.5], np.arange(1.0, 10.0)))
    assert line == pytest.approx({"kernel_similarity": 1.0, "effective_rank": 1.0, "kernel_lines": 1.0})
    start = condensation_of(np.random.default_rng(0).standard_normal((16, 9)))
    assert start["kernel_similarity"] == pytest.approx(random_cosine(9), rel=0.15)
    assert start["kernel_lines"] > 15
