"""Reference values to draw beside ours, from workflow/reference to one Parquet file."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

# the columns as printed in the reference files -> the vocabulary of the metrics
_RENAMED = {
    "RD_w": "rd_w",
    "S_w": "slope_w",
    "S_w_colour": "slope",
    "gammap": "gamma_prime",
    "gamma_star": "gamma",
    "log_m_beta1": "log_m_beta1",
}
ATTRIBUTION = "published values: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, CC BY 4.0"


def published_table(folder: Path) -> pa.Table:
    """One long table of every CSV of the folder: `table` names the file, the rest are its columns.

    Raises ValueError for a cell that is not a number.
    """
    frames = []
    for path in sorted(folder.glob("*.csv")):
        frame = pd.read_csv(path).rename(columns=_RENAMED)
        numbers = frame.drop(columns="colour", errors="ignore")
        try:
            numbers = numbers.astype(float)
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from None
        frames.append(frame.assign(**{str(name): numbers[name] for name in numbers}).assign(table=path.stem))
    table = pa.Table.from_pandas(pd.concat(frames, ignore_index=True), preserve_index=False)
    return table.replace_schema_metadata({"attribution": ATTRIBUTION})


def read_published(path: Path) -> dict[str, pd.DataFrame]:
    """Return the published tables by name, each with its own columns only."""
    frame = pq.read_table(path, page_checksum_verification=True).to_pandas()
    return {
        str(name): rows.drop(columns="table").dropna(axis=1, how="all").reset_index(drop=True)
        for name, rows in frame.groupby("table")
    }
