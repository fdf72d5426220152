"""Results travel over S3 and over a folder: pushed, pulled, verified; damage is refused; what was cut off goes on."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import boto3
import pytest

from tests.clones import hashes

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "testtest", "AWS_DEFAULT_REGION": "us-east-1"}
KEYS |= {"AWS_EC2_METADATA_DISABLED": "true"}  # only the server below is ever asked
BUCKET = "condensation"


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """A client of an S3 server on the loopback address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with (tmp_path_factory.mktemp("s3") / "log").open("w") as log:
        process = subprocess.Popen(server, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urlopen(f"{address}/moto-api/").close()
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        client = boto3.client(
            "s3", endpoint_url=address, aws_access_key_id="test", aws_secret_access_key="testtest",
            region_name="us-east-1",
        )  # fmt: skip
        client.create_bucket(Bucket=BUCKET)
        client.address = address
        yield client
        client.close()
    finally:
        process.terminate()
        process.wait()


class Remote:
    """A remote of either kind: its objects, and how to damage one."""

    def __init__(self, kind: str, s3, folder: Path, name: str) -> None:
        self.kind, self.s3, self.folder, self.name = kind, s3, folder / "remote folder", name

    def configure(self, clone) -> None:
        """Make it the clone's default remote, and forget the store inside the repository."""
        url = f"s3://{BUCKET}/{self.name}" if self.kind == "s3" else str(self.folder)
        clone.run("dvc", "remote", "add", "--local", "-d", "lab", url)
        clone.run("dvc", "remote", "modify", "--local", "lab", "verify", "true")
        if self.kind == "s3":
            clone.run("dvc", "remote", "modify", "--local", "lab", "endpointurl", self.s3.address)

    def objects(self) -> list[str]:
        if self.kind == "s3":
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{self.name}/")
            return sorted(entry["Key"] for page in pages for entry in page.get("Contents", ()))
        # a push that was cut off leaves a *.tmp in a folder, which nobody takes for an object
        return sorted(str(path) for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".tmp")

    def read(self, name: str) -> bytes:
        if self.kind == "s3":
            return self.s3.get_object(Bucket=BUCKET, Key=name)["Body"].read()
        return Path(name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        if self.kind == "s3":
            self.s3.put_object(Bucket=BUCKET, Key=name, Body=content)
        else:
            Path(name).chmod(0o644)
            Path(name).write_bytes(content)


def cached(clone) -> list[Path]:
    """Return the objects of a clone's cache."""
    return [path for path in (clone.folder / ".dvc/cache/files/md5").glob("??/*") if path.is_file()]


def cut_off(clone, command: list[str], arrived: Callable[[], int], more: int) -> bool:
    """Start a command and kill its process group when `more` objects have arrived; False if it was done before."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        command, cwd=clone.folder, env=os.environ | KEYS | {"PATH": path}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    enough = arrived() + more
    while process.poll() is None:
        if arrived() >= enough:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("kind", ["s3", "folder"])
def test_push_pull_and_verify_survive_damage_and_interruption(kind, s3, new_clone, tmp_path, tried):
    source, target = (new_clone(f"{role} over {kind}", pulled=role == "source") for role in ("source", "target"))
    remote = Remote(kind, s3, tmp_path, "a project")
    generator = random.Random(kind)
    for clone in (source, target):
        remote.configure(clone)
    known = hashes(source.folder, "data", "figures", ".snakemake/metadata")
    cuts = 0

    for _ in range(2):
        cuts += cut_off(source, ["dvc", "push"], lambda: len(remote.objects()), generator.randint(1, 150))
    source.run("dvc", "push", "--quiet", **KEYS)
    objects = remote.objects()
    assert {name.rsplit("/", 1)[1] for name in objects} == {path.name for path in cached(source)}

    victim = generator.choice([name for name in objects if not name.endswith(".dir")])
    content = remote.read(victim)
    remote.write(victim, content[:-1] + bytes([content[-1] ^ 1]))
    refused = target.run("dvc", "pull", check=False, **KEYS)
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    bad = victim.rsplit("/", 2)[1] + victim.rsplit("/", 2)[2]
    assert bad not in {path.parent.name + path.name for path in cached(target)}, "a damaged object was taken in"
    remote.write(victim, content)

    for _ in range(2):
        cuts += cut_off(target, ["dvc", "pull"], lambda: len(cached(target)), generator.randint(1, 150))
    target.run("dvc", "pull", "--force", "--quiet", **KEYS)
    assert hashes(target.folder, "data", "figures", ".snakemake/metadata") == known
    assert target.run("python", "scripts/verify.py").stdout.endswith(": 0 damaged\n")
    assert target.planned() == {}
    assert cuts >= 2
    tried("remotes", f"{kind}: objects pushed, pulled and verified", len(objects))
    tried("remotes", f"{kind}: a damaged object of the remote: refused", 1)
    tried("remotes", f"{kind}: push or pull cut off by SIGKILL, then gone on with", cuts)
