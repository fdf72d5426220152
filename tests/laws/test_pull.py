"""Pulling never drops a result that DVC has not recorded, and always brings what is missing."""

from condensation.store.integrity import object_path, recorded_outputs


def test_pull_keeps_unrecorded_results_and_adds_missing_ones(make_clone):
    clone = make_clone("with own results", pulled=True)
    runs = sorted((clone.folder / "data/runs/two_layer").glob("*.parquet"))
    own = runs[0].with_name("own-result.parquet")
    own.write_bytes(b"trained for hours")
    edited = clone.folder / "figures/lecture/f11_slope_map_synthetic.svg"
    edited.write_text("drawn anew")
    content = runs[1].read_bytes()
    runs[1].unlink()
    said = clone.run("make", "--silent", "pull").stderr
    assert "1 missing files were added" in said
    assert own.read_bytes() == b"trained for hours"
    assert edited.read_text() == "drawn anew"
    assert runs[1].read_bytes() == content


def test_pull_refuses_a_damaged_list_of_files(make_clone):
    clone = make_clone("with a damaged list", pulled=True)
    (clone.folder / "data/runs/two_layer/own-result.parquet").write_bytes(b"trained for hours")
    recorded = recorded_outputs(clone.folder / "dvc.lock")
    for folder in (".dvc/cache", ".dvc/store"):
        path = object_path(clone.folder / folder, recorded["data/runs"])
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-2])
    result = clone.run("make", "--silent", "pull", check=False)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert "is missing or damaged" in result.stderr


def test_pull_says_what_dvc_says_when_the_store_cannot_be_read(make_clone):
    clone = make_clone("without a store", pulled=False)
    clone.run("rm", "-r", ".dvc/store")
    result = clone.run("make", "--silent", "pull", check=False)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert "missing" in result.stderr or "failed" in result.stderr.lower()
