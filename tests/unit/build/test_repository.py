"""What must hold of the committed files themselves."""

import json
import subprocess
from pathlib import Path

from loadstone_build.paths import CORNERSTONE, ROOT

# written in two parts, so that this file passes too
REGISTRY_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "debian" + ".org")
# the documented home of a project may be linked from prose
PROSE = (".md",)


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_package_registrys_host() -> None:
    files = committed_files()
    assert files
    for path in files:
        content = path.read_bytes()
        for host in REGISTRY_HOSTS:
            assert host.encode() not in content, path


def test_the_npm_lock_holds_integrity_hashes_and_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert packages["node_modules/pyodide"]["version"] == "314.0.3"
    assert all(entry["integrity"].startswith("sha512-") for name, entry in packages.items() if name)


def test_cornerstones_npm_lock_holds_integrity_hashes_and_no_addresses_to_fetch_from() -> None:
    packages = json.loads((CORNERSTONE / "package-lock.json").read_text())["packages"]
    assert packages["node_modules/@cornerstonejs/dicom-image-loader"]["version"] == "5.14.0"
    assert all(entry["integrity"].startswith("sha512-") for name, entry in packages.items() if name)
    assert not any("resolved" in entry for entry in packages.values())


def test_every_host_requirement_is_locked_to_hashes() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert "://" not in "\n".join(lines)
    requirements = [line for line in lines if line and not line.startswith(" ")]
    assert requirements
    assert all("==" in line and line.endswith("\\") for line in requirements)
