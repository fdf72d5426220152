"""params.yaml, `--config`, names of presets, and DVC's links."""

import logging
from pathlib import Path

import pytest

from condensation.plan import InputError, check_settings, chosen_preset
from condensation.progress.hooks import NearTargets
from tests.unit.plan.small_repository import LECTURE, SmallRepository


def write(folder: Path, text: str) -> Path:
    (folder / "params.yaml").write_text(text)
    return folder


@pytest.mark.parametrize("text", ["preset: lecture   # mine\n", "preset: 'lecture'\n", '{"preset": "lecture"}'])
def test_params_are_yaml(tmp_path, text):
    assert chosen_preset(write(tmp_path, text)) == "lecture"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("preset: 2026", "preset: `2026` is not a name"),
        ("preset: ", "preset: `None` is not a name"),
        ("preset: yes", "preset: `True` is not a name"),
        ("preset: [a]", "preset: `['a']` is not a name"),
        ("preset: a/b", "preset: `a/b` is not a name"),
        ("preset: {", "file: cannot be read: "),
        ("lecture", "file: must be a mapping"),
        ("presets: smoke", "preset: is missing"),
        ("presets: smoke", "presets: is no setting; did you mean `preset`?"),
    ],
)
def test_wrong_settings_are_one_line_each(tmp_path, text, reason):
    with pytest.raises(InputError) as error:
        chosen_preset(write(tmp_path, text))
    assert any(line.startswith(f"params.yaml:1: {reason}") for line in str(error.value).splitlines())


def test_a_preset_is_called_by_a_name(small: SmallRepository):
    small.write("workflow/presets/fine-2.yaml", small.read(LECTURE))
    assert small.plan("fine-2").preset == "fine-2"
    small.write("workflow/presets/lecture.v2.yaml", small.read(LECTURE))
    assert [str(problem) for problem in small.problems()] == [
        "workflow/presets/lecture.v2.yaml:1: file: its name is not a name of letters, digits, - and _ that starts with"
        " a letter"
    ]


@pytest.mark.parametrize(("types", "refused"), [("hardlink,copy", True), ("symlink", True), ("reflink,copy", False)])
def test_links_to_the_cache_are_refused(tmp_path, types, refused):
    """Snakemake would write through them into DVC's cache."""
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config").write_text('[core]\n    remote = store\n[cache]\n    type = "reflink,copy"\n')
    (tmp_path / ".dvc/config.local").write_text(f"['remote \"x\"']\n    url = y\n[cache]\n    type = {types}\n")
    if not refused:
        check_settings({"preset": "lecture"}, tmp_path)
        return
    with pytest.raises(InputError, match=f".dvc/config.local:1: cache.type: `{types}` would let results overwrite"):
        check_settings({"preset": "lecture"}, tmp_path)


@pytest.mark.parametrize(
    ("word", "near"),
    [("f1", "f10, f10_x, f11_y?"), ("f10_z", "f10_x"), ("figures/f10_x.pdg", "figures/f10_x.png?"), ("#", "--list`?")],
)
def test_an_unknown_target_is_named_with_those_that_come_near(capsys, word, near):
    known = ["f10", "f10_x", "f11_y", "figures/f10_x.png"]
    NearTargets(known).handle(
        logging.LogRecord("snakemake", logging.ERROR, "", 0, f"No rule to produce {word} (if you", None, None)
    )
    said = capsys.readouterr().err
    assert said.startswith(f"there is no target `{word}`; did you mean ")
    assert near in said
