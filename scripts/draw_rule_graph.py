"""Print the pipeline as a mermaid graph: Snakemake's own rule graph, with the one rule a figure drawn as one box."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from condensation.drawing.save import save_text
from condensation.plan import build_plan

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
ORDER = list(LABELS)


def main() -> int:
    """Parse arguments; print the graph, or put it between its marks in a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--into", type=Path, help="page with the two marks")
    arguments = parser.parse_args()
    root: Path = arguments.root
    block = mermaid(edges(rule_graph(root), set(build_plan(root).figures)))
    if arguments.into is None:
        sys.stdout.write(block)
        return 0
    page = arguments.into.read_text("utf-8")
    head, mark, rest = page.partition(START)
    if not mark or END not in rest:
        sys.stderr.write(f"{arguments.into} lacks the lines\n{START}\n{END}\n")
        return 1
    save_text(f"{head}{START}\n{block}{END}{rest.partition(END)[2]}", arguments.into)
    return 0


def rule_graph(root: Path) -> str:
    """Return what `snakemake --rulegraph mermaid-js` prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = ["snakemake", "--rulegraph", "mermaid-js", "--forceall"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ, "PATH": path})
    if result.returncode:
        raise RuntimeError(result.stderr)
    return result.stdout


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
    rules = sorted({rule for pair in pairs for rule in pair}, key=_place)
    lines = [f'  {rule}["{LABELS.get(rule, rule)}"]' for rule in rules]
    lines += [f"  {one} --> {two}" for one, two in sorted(pairs, key=lambda pair: (_place(pair[0]), _place(pair[1])))]
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```", ""])


def _place(rule: str) -> tuple[int, str]:
    return (ORDER.index(rule) if rule in ORDER else len(ORDER), rule)


if __name__ == "__main__":
    sys.exit(main())
