"""Claims: bounds, spread over seeds, and that no claim is ever dropped."""

import json
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from condensation.claims.evaluate import evaluate, judge
from condensation.claims.report import claims_json, claims_table, claims_text
from condensation.plan.claims import Claim, declared_failures

numbers = st.floats(allow_nan=True, allow_infinity=True)


def make_claim(**changes) -> Claim:
    values = {
        "id": "f99_small", "figure": "f99", "kind": "statement", "statement": "it is small", "source": "slide",
        "basis": "theory", "quantity": "size", "lower": 0.0, "upper": 1.0,
    }  # fmt: skip
    return Claim(**(values | changes))


@pytest.mark.parametrize(
    ("value", "held"),
    [(0.0, True), (1.0, True), (0.5, True), (-1e-12, False), (1.0000001, False), (float("nan"), False)],
)
def test_bounds_belong_to_the_claim_and_nan_never_holds(value, held):
    assert judge(make_claim(), value).held is held


def test_a_number_a_seed_gives_mean_and_spread():
    verdict = judge(make_claim(), [0.2, 0.4, 1.2])
    assert verdict.value == pytest.approx(0.6)
    assert verdict.spread == pytest.approx(0.52915, abs=1e-5)
    assert (verdict.smallest, verdict.largest) == (0.2, 1.2)
    assert (verdict.seeds, verdict.seeds_held) == (3, 2)
    assert verdict.held


def test_one_bad_seed_makes_the_mean_nan_and_the_claim_fail():
    verdict = judge(make_claim(), [0.2, float("nan")])
    assert not verdict.held
    assert verdict.seeds_held == 1


def test_the_mean_and_most_seeds_must_lie_within():
    assert judge(make_claim(), [0.2, 0.4, 1.2]).held
    assert not judge(make_claim(), [0.9, -0.1, -0.1]).held  # one good seed carries the mean
    assert not judge(make_claim(), [0.5, 1.1]).held  # a half is no majority
    assert not judge(make_claim(), [0.9, 0.9, 9.0]).held  # most seeds, but not the mean


def test_statements_are_counted_apart_from_quality_checks_and_failures_say_why():
    fails = make_claim(id="f99_fails", category="near miss", why="It is just too large.")
    unexplained = make_claim(id="f99_unexplained", kind="theory")
    check = make_claim(id="f99_check", kind="quality")
    verdicts = [judge(make_claim(), 0.5), judge(fails, 1.1), judge(unexplained, 2.0), judge(check, 0.0)]
    record = json.loads(claims_json(verdicts))
    assert record == {"claims": 3, "held": 1, "checks": 1, "passed": 1, "failed": "f99 2/4"}
    text = claims_text(verdicts, preset="lecture")
    assert text.startswith("1 of 3 claims held (preset lecture)\n1 of 1 quality checks held\n")
    assert "near miss: It is just too large." in text
    assert text.count("its row does not say why it fails") == 1
    assert declared_failures([fails, unexplained, check], "f99") == {"f99_fails": "near miss"}


def test_the_last_digits_of_a_processor_are_not_kept():
    same = [[judge(make_claim(), [value, 2 * value])] for value in (0.123456789, 0.123456789 * (1 + 1e-12))]
    assert claims_table(same[0]).equals(claims_table(same[1]))
    assert claims_json(same[0]) == claims_json(same[1])
    (zero,) = claims_table([judge(make_claim(), 3e-17)])["value"].to_pylist()
    assert zero == 0.0


def test_no_numbers_at_all_fail():
    verdict = judge(make_claim(), [])
    assert math.isnan(verdict.value)
    assert not verdict.held
    assert verdict.seeds == 0


@pytest.mark.parametrize("error", [ValueError, KeyError, IndexError, ZeroDivisionError])
def test_a_quantity_that_cannot_be_measured_is_a_failed_claim(error):
    def size(table):
        raise error("every cell is masked")

    claims = [make_claim(), make_claim(id="f99_other", quantity="other")]
    verdicts = evaluate(claims, {"f99": {"table": pd.DataFrame()}}, {"f99": {"size": size, "other": lambda table: 0.5}})
    assert [(verdict.claim.id, verdict.held) for verdict in verdicts] == [("f99_small", False), ("f99_other", True)]
    assert math.isnan(verdicts[0].value)


def test_a_mistake_in_a_quantity_is_not_taken_for_a_failed_claim():
    def size(table):
        return undefined_name  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(NameError):
        evaluate([make_claim()], {"f99": {"table": pd.DataFrame()}}, {"f99": {"size": size}})


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=8))
def test_every_claim_is_counted_in_every_report(rows):
    verdicts = [
        judge(make_claim(id=f"f99_{number}", lower=lower, upper=upper), value)
        for number, (lower, upper, value) in enumerate(rows)
    ]
    table = claims_table(verdicts).to_pydict()
    record = json.loads(claims_json(verdicts), parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    text = claims_text(verdicts, preset="smoke")
    held = sum(table["held"])
    assert table["id"] == [verdict.claim.id for verdict in verdicts]
    failed = len(rows) - held
    assert (record["claims"], record["held"]) == (len(rows), held)
    assert record["failed"] == (f"f99 {failed}/{len(rows)}" if failed else "none")
    assert text.startswith(f"{held} of {len(rows)} claims held (preset smoke)")
    for verdict in verdicts:
        (line,) = (line for line in text.splitlines() if f" {verdict.claim.id} " in line)
        assert ("FAILED" in line) is not verdict.held
    failed = [verdict.claim.id for verdict in verdicts if not verdict.held]
    assert (f"failed: {', '.join(failed)}" in text) == bool(failed)
