"""Which bytes MNIST is: part of the training code's hash, so that other data could never meet results of these."""

from pathlib import Path

FOLDER = Path("data/raw/mnist")

# SHA-256 of the decompressed idx files; the same as in workflow/datasets/mnist.yaml, where users look first
DIGESTS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

PATHS = tuple(f"{FOLDER.as_posix()}/{name}.gz" for name in DIGESTS)
