"""Settings of a run: params.yaml, `snakemake --config`, and what of DVC's would let Snakemake damage its cache."""

import configparser
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from condensation.plan.problems import InputError, Problem, did_you_mean, quote

FILE = "params.yaml"
DVC = (".dvc/config", ".dvc/config.local")
NO_NAME = "is not a name of letters, digits, - and _ that starts with a letter"
_LINKS = {"hardlink", "symlink"}


def is_name(preset: object) -> bool:
    """Tell whether a preset may be called so: a name that YAML, a shell and a file system all read as it is."""
    return isinstance(preset, str) and bool(re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", preset))


def check_settings(settings: Mapping[str, object], root: Path) -> None:
    """Refuse settings other than `preset` (params.yaml, `snakemake --config`), and DVC with links.

    Raises InputError.
    """
    known = ("preset",)
    problems = [
        Problem(FILE, 1, str(name), f"is no setting{did_you_mean(str(name), known)} (there is: preset)")
        for name in settings
        if name not in known
    ]
    if "preset" not in settings:
        problems.append(Problem(FILE, 1, "preset", "is missing"))
    elif not is_name(settings["preset"]):
        problems.append(Problem(FILE, 1, "preset", f"{quote(str(settings['preset']))} {NO_NAME}"))
    if problems := problems + link_problems(root):
        raise InputError(problems)


def chosen_preset(root: Path) -> str:
    """Return the preset of params.yaml; raises InputError if it names none."""
    try:
        settings = yaml.safe_load((root / FILE).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError([Problem(FILE, 1, "file", f"cannot be read: {' '.join(str(error).split())}")]) from None
    if not isinstance(settings, dict):
        raise InputError([Problem(FILE, 1, "file", "must be a mapping: preset: lecture")])
    check_settings(settings, root)
    return str(settings["preset"])


def link_problems(root: Path) -> list[Problem]:
    """Say so if DVC links results to its cache: Snakemake would write through the links into the cache (dvc#2399)."""
    found = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        found.read([root / name for name in DVC], "utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return []  # DVC says what is wrong
    types = found.get("cache", "type", fallback="")
    if not _LINKS & set(types.replace(",", " ").split()):
        return []
    repair = "dvc config --local --unset cache.type, then dvc checkout --relink"
    return [
        Problem(DVC[1], 1, "cache.type", f"{quote(types)} would let results overwrite DVC's cache; repair: {repair}")
    ]
