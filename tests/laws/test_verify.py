"""Law 2 in small: verify finds a changed byte anywhere, and the command it names repairs it."""

import pytest

pytestmark = pytest.mark.law


PLACES = (
    "figures/f11_slope_map_synthetic.png",
    "data/metrics/claims.parquet",
    "data/runs",
    ".dvc/store",
    ".dvc/cache",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_flipped_byte_is_found_and_repaired(make_clone, place):
    clone = make_clone("to be damaged", pulled=True)
    assert clone.run("python", "scripts/verify.py").stdout.endswith("0 damaged\n")
    path = clone.folder / place
    if path.is_dir():
        path = sorted(file for file in path.rglob("*") if file.is_file() and file.stat().st_size > 1000)[3]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    result = clone.run("python", "scripts/verify.py", check=False)
    assert result.returncode == 1
    (line,) = (line for line in result.stdout.splitlines() if path.name in line)
    assert "expected" in line
    clone.run("bash", "-c", line.split("repair: ")[1])
    assert clone.run("python", "scripts/verify.py").stdout.endswith("0 damaged\n")
