"""The state of an unfinished training, written whole beside its results and removed with success."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from condensation.store.atomic import replacing


class Checkpoints:
    """A folder of checkpoints of one state of the training code: one file a run, named by the run's parameters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, run: Any) -> "Checkpoint":
        """Return the checkpoint of a run."""
        content = json.dumps([type(run).__name__, vars(run)], sort_keys=True)
        return Checkpoint(self.folder / f"{blake2b(content.encode(), digest_size=8).hexdigest()}.safetensors")


class Checkpoint:
    """One file that holds named tensors."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, tensors: Mapping[str, Tensor]) -> None:
        """Replace the file by these tensors, whole or not at all."""
        with replacing(self.path) as temporary:
            temporary.write_bytes(save({name: value.contiguous() for name, value in tensors.items()}))

    def read(self) -> dict[str, Tensor] | None:
        """Return the tensors, or None if there is no file or it is damaged: then training starts anew."""
        try:
            return load(self.path.read_bytes())
        except (FileNotFoundError, SafetensorError):
            return None
