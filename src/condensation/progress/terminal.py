"""Text for a person: quiet where nobody reads on, readable where a terminal has ASCII only."""

import os
import sys

_ASCII = str.maketrans({"−": "-", "±": "+-", "→": "->", "∞": "inf", "≤": "<=", "≥": ">=", "′": "'", "γ": "gamma"})


def say(text: str) -> None:
    """Write to standard output; a reader that has left (`| head`) is no error."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
