"""Print the pipeline as a mermaid graph: Snakemake's own rule graph, with the one rule a figure drawn as one box."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from condensation.drawing.save import save_text
from condensation.plan import planned

START, END = "<!-- rule graph: made by `make rulegraph`, not edited by hand -->", "<!-- end of the rule graph -->"
LABELS = {
    "published": "published values",
    "mnist": "MNIST<br>data/raw",
    "train": "train<br>data/runs",
    "measure": "measure<br>data/metrics",
    "draw": "draw, one rule a figure<br>figures",
    "check_claims": "check claims<br>data/metrics",
    "record_claims": "claims for DVC<br>metrics.json",
    "curve": "curves for DVC<br>data/metrics",
    "gallery": "gallery<br>figures/lecture/index.html",
    "index": "index<br>docs/figures.md",
    "doc_images": "images of the pages<br>docs/images",
}


def main() -> None:
    """Parse arguments; put the graph between its marks in a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, required=True, help="page with the two marks")
    page = parser.parse_args().into
    root = Path(__file__).resolve().parent.parent
    block = mermaid(edges(rule_graph(root), set(planned(root).figures)))
    head, _, rest = page.read_text("utf-8").partition(START)
    save_text(f"{head}{START}\n{block}{END}{rest.partition(END)[2]}", page)


def rule_graph(root: Path) -> str:
    """Return what `snakemake --rulegraph mermaid-js` prints."""
    command = [sys.executable, "-m", "snakemake", "--rulegraph", "mermaid-js", "--forceall"]
    return subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True).stdout


def edges(graph: str, figures: set[str]) -> set[tuple[str, str]]:
    """Return (rule, rule that uses what it makes); figures' rules are one, `draw`; rules that only collect are out.

    >>> graph = "\\tid0[all]\\n\\tid1[f01]\\n\\tid2[measure]\\n\\tid1 --> id0\\n\\tid2 --> id1"
    >>> edges(graph, {"f01"})
    {('measure', 'draw')}
    """
    names = dict(re.findall(r"^\s*(id\d+)\[(\w+)\]", graph, flags=re.MULTILINE))
    names = {node: "draw" if name in figures else name for node, name in names.items()}
    pairs = re.findall(r"^\s*(id\d+) --> (id\d+)", graph, flags=re.MULTILINE)
    return {(names[one], names[two]) for one, two in pairs if names[two] != "all"}


def mermaid(pairs: set[tuple[str, str]]) -> str:
    """Return a mermaid block, boxes in the order of the pipeline."""
    place = {rule: number for number, rule in enumerate(LABELS)}
    rules = sorted({rule for pair in pairs for rule in pair}, key=place.__getitem__)
    lines = [f'  {rule}["{LABELS[rule]}"]' for rule in rules]
    lines += [f"  {one} --> {two}" for one, two in sorted(pairs, key=lambda pair: (place[pair[0]], place[pair[1]]))]
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```", ""])


if __name__ == "__main__":
    main()
