"""Published values of workflow/reference."""

from pathlib import Path

import pytest

from condensation.store.published import published_table, read_published
from condensation.store.runs import write_table

REFERENCE = Path(__file__).resolve().parents[3] / "workflow/reference"


def test_every_published_table_comes_back(tmp_path):
    write_table(published_table(REFERENCE), tmp_path / "published.parquet", {})
    tables = read_published(tmp_path / "published.parquet")
    assert set(tables) == {path.stem for path in REFERENCE.glob("*.csv")}
    stars = tables["jmlr_fig4_stars"]
    assert stars["gamma_prime"].between(-0.41, 0.41).all()
    assert stars["gamma"].between(0.9, 1.5).all()
    assert not stars.isna().any().any()


def test_a_text_where_a_number_belongs_names_its_file(tmp_path):
    (tmp_path / "stars.csv").write_text("gamma,gamma_prime\n1.0,0.1\none,0.2\n")
    with pytest.raises(ValueError, match=r"stars\.csv: .*one"):
        published_table(tmp_path)
