"""Content hashes that say whether something made earlier is still right."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path


def content_hash(paths: Iterable[Path], *extra: str) -> str:
    """Hash the names and bytes of files, and of all files in folders, and any extra words."""
    digest = hashlib.sha256()
    for word in extra:
        digest.update(f"word {word}\0".encode())
    for path in paths:
        for file in sorted(_files(path)):
            digest.update(f"file {path.name}/{file.relative_to(path).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def refresh(stamp: Path, wanted: str, make: Callable[[], None], *, made: Path) -> bool:
    """Call ``make`` unless the stamp holds ``wanted`` and ``made`` exists; say whether it was called."""
    if made.exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    stamp.unlink(missing_ok=True)
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    return True
