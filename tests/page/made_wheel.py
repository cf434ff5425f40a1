"""A wheel of one module, and the page of a package index that lists it (PEP 503, 691)."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence

__all__ = ["index_page", "made_wheel"]


def made_wheel(
    name: str, version: str, source: str, *, requires: Sequence[str] = (), tag: str = "py3-none-any"
) -> bytes:
    """A wheel whose module ``name`` has this source."""
    folder = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    members = {
        f"{name}.py": source,
        f"{folder}/METADATA": metadata + "".join(f"Requires-Dist: {one}\n" for one in requires),
        f"{folder}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(f"{member},,\n" for member in [*members, f"{folder}/RECORD"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member, text in {**members, f"{folder}/RECORD": record}.items():
            archive.writestr(member, text)
    return content.getvalue()


def index_page(name: str, files: dict[str, bytes], folder: str) -> str:
    """The index's page on a package whose files lie in ``folder``, as JSON."""
    listed = [
        {"filename": file, "url": f"{folder}{file}", "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
        for file, data in files.items()
    ]
    return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": listed})
