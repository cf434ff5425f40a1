"""dist/loadstone.d.ts as a strict TypeScript program sees it."""

import subprocess
from pathlib import Path

import pytest

from loadstone_build.paths import ROOT

TSC = ROOT / "node_modules" / ".bin" / "tsc"

CONSUMER = """
import { createLoadstone, type Loadstone } from "loadstone";

const loadstone: Loadstone = await createLoadstone({ worker: false, baseUrl: new URL("https://host/loadstone/") });
const { promise, cancelFn } = loadstone.loadImage("example:ct", { requestType: "prefetch", priority: 3 });
cancelFn();
const image = await promise;
const rows: number = image.rows;
const center: number | null = image.windowCenter;
const first: number | undefined = image.getPixelData()[0];
const picture: Uint8ClampedArray = (await loadstone.render(image.imageId, { width: 8, height: 8 })).data;
const [study] = await loadstone.dicomweb("https://host/dicom-web", { token: async () => "t" }).searchStudies();
const name: string | undefined = study?.patientName;
const bitmap: ImageBitmap = (await loadstone.render("x:1", { width: 8, height: 8 }, { as: "ImageBitmap" })).bitmap;
const volume = await loadstone.volume(["x:1", "x:2"], { onProgress: ({ done, total }) => void (done / total) });
const planes: number = volume.planes.coronal.count;
const top: string | undefined = (await loadstone.edgeLetters(`mpr:axial/0?volume=${volume.key}`))?.top;
const kept: number = await loadstone.cache.getCacheSize();
const [installed] = await loadstone.installPackages(["seaborn", new URL("https://host/a.whl"), new Blob()]);
const schemes: string[] = await loadstone.loadPythonLoader("mine.py");
loadstone.events.addEventListener("CORNERSTONE_IMAGE_LOADED", () => {});
loadstone.destroy();
console.log(rows, center, first, picture, name, bitmap, kept, installed?.version, schemes);
"""

SETTINGS = ["--strict", "--noEmit", "--target", "es2024", "--lib", "es2024,dom,dom.iterable", "--types", ""]


def compiled(project: Path, source: str, *settings: str) -> list[str]:
    """What the compiler complains of; the declarations are checked, too."""
    (project / "consumer.ts").write_text(source)
    command = [str(TSC), *SETTINGS, *settings, "consumer.ts"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False).stdout.splitlines()


@pytest.mark.parametrize(("module", "resolution"), [("nodenext", "nodenext"), ("esnext", "bundler")])
def test_a_strict_program_compiles_against_it(project: Path, module: str, resolution: str) -> None:
    assert compiled(project, CONSUMER, "--module", module, "--moduleResolution", resolution) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ('await createLoadstone({ worker: "no" });', "'string' is not assignable to type 'boolean"),
        ("loadstone.loadImage(5);", "'number' is not assignable to parameter of type 'string'"),
        ("const rows: string = image.rows;", "'number' is not assignable to type 'string'"),
        ('loadstone.render("example:ct", { width: 8 });', "Property 'height' is missing"),
        ("loadstone.fly();", "Property 'fly' does not exist on type 'Loadstone'"),
    ],
)
def test_what_is_wrong_is_told(project: Path, wrong: str, complaint: str) -> None:
    source = f"""
import {{ createLoadstone }} from "loadstone";
const loadstone = await createLoadstone();
const image = await loadstone.loadImage("example:ct").promise;
{wrong}
"""
    complaints = compiled(project, source, "--module", "nodenext")
    assert any(complaint in line for line in complaints)
    assert all(line.startswith(("consumer.ts(5,", " ")) for line in complaints)
