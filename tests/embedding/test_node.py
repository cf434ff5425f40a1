"""dist/ in plain Node: createLoadstone({ worker: false })."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.data import get_testdata_file

from loadstone_build.paths import DIST
from loadstone_build.server import serving

SAMPLES = Path(str(get_testdata_file("CT_small.dcm", download=False))).parent
COMPRESSED = ["JPEG2000.dcm", "SC_rgb_jpeg_dcmtk.dcm", "JPEGLSNearLossless_08.dcm"]

SCRIPT = """
const [, dist, body, argument] = process.argv;
const { createLoadstone } = await import(`${dist}/loadstone.js`);
const AsyncFunction = (async () => {}).constructor;
const answer = await new AsyncFunction("createLoadstone", "argument", body)(createLoadstone, JSON.parse(argument));
console.log(JSON.stringify(answer));
"""

HERE = "const loadstone = await createLoadstone({ worker: false });"


@pytest.fixture(scope="module")
def samples() -> Iterator[str]:
    with serving(SAMPLES) as address:
        yield address


def node(body: str, argument: object = None, *, dist: Path = DIST) -> Any:
    """What the body of a function gives in a process of its own, which has to end by itself."""
    command = ["node", "--input-type=module", "--eval", SCRIPT, str(dist), body, json.dumps(argument)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    # Pyodide tells of packages that it loads
    return json.loads(run.stdout.splitlines()[-1])


def test_images_load_and_are_painted() -> None:
    image = node(
        HERE
        + """
        const image = await loadstone.loadImage("example:ct").promise;
        const picture = await loadstone.render("example:ct", { width: 32, height: 16 });
        const plane = await loadstone.metaData.get("imagePlaneModule", "example:ct");
        return [image.rows, image.pixelData.constructor.name, image.getPixelData()[64 * 128 + 64],
            picture.data.length, plane.rowCosines];"""
    )
    # CT_small.dcm, read with pydicom
    assert image == [128, "Int16Array", 1928, 32 * 16 * 4, [1, 0, 0]]


def test_compressed_frames_are_decoded_in_worker_threads_that_let_the_process_end(samples: str) -> None:
    found = node(
        HERE
        + """
        const images = await Promise.all(argument.map((id) => loadstone.loadImage(id).promise));
        return images.map(({ pixelData }) => Array.from(pixelData));""",
        [f"wadouri:{samples}{name}" for name in COMPRESSED],
    )
    for name, values in zip(COMPRESSED, found, strict=True):
        expected = pydicom.dcmread(SAMPLES / name).pixel_array.reshape(-1).tolist()
        # two decoders of lossy JPEG may round apart by one
        assert max(abs(a - b) for a, b in zip(values, expected, strict=True)) <= ("jpeg" in name), name


def test_a_loader_in_python_and_the_errors_are_as_in_the_page() -> None:
    found = node(
        HERE
        + """
        await loadstone.runPython(`
import numpy as np
session.register_image_loader("flat", lambda image_id, options: np.full((2, 3), 7, "uint8"))
`);
        const tell = (error) => [error instanceof Error, error.name, error.message, error.imageId];
        return [(await loadstone.loadImage("flat:1").promise).pixelData,
            await loadstone.loadImage("nope:1").promise.catch(tell),
            await loadstone.loadImage("wadouri:here.dcm").promise.catch(tell),
            await loadstone.loadImage("wadouri:http://127.0.0.1:9/x").promise.catch(tell)];"""
    )
    assert list(found[0].values()) == [7] * 6
    assert [found[1][1], found[1][3]] == ["UnknownSchemeError", "nope:1"]
    assert found[2][2] == "wadouri:here.dcm: here.dcm is no address; check the image id"
    assert found[3][1] == "ConnectionFailedError"
    assert "no answer came; check the address" in found[3][2]


def test_files_say_that_node_can_not_open_them_and_blobs_are_loaded() -> None:
    message, rows = node(
        HERE
        + """
        const file = new File([(await import("node:fs")).readFileSync(argument)], "ct.dcm");
        const message = await loadstone.openFiles([file]).catch((error) => error.message);
        const image = await loadstone.loadImage(`wadouri:${URL.createObjectURL(file)}`).promise;
        return [message, image.rows];""",
        str(SAMPLES / "CT_small.dcm"),
    )
    assert message == (
        "files can not be opened here, since Node reads no part of them at once; load one as wadouri: or nifti: with "
        "the address that URL.createObjectURL(file) gives"
    )
    assert rows == 128


def test_restart_and_destroy() -> None:
    told, said = node(
        HERE
        + """
        await loadstone.runPython("told = 5");
        const waiting = loadstone.runPython("import asyncio; await asyncio.sleep(1)").catch(({ name }) => name);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await loadstone.restart();
        const told = [await waiting, await loadstone.runPython("told")];
        const endless = loadstone.runPython("import asyncio\\nwhile True: await asyncio.sleep(0.01)");
        await new Promise((resolve) => setTimeout(resolve, 50));
        loadstone.destroy();
        const calls = [endless, loadstone.schemes(), loadstone.restart()];
        return [told, await Promise.all(calls.map((call) => call.catch(({ message }) => message)))];"""
    )
    assert told == ["EngineRestartedError", 5]
    assert said == 3 * ["Loadstone was destroyed; call createLoadstone() for a new one"]


def test_a_worker_is_refused_with_what_to_do() -> None:
    assert node("return createLoadstone().catch(({ message }) => message)") == (
        "there are no workers here, as in Node; call createLoadstone({ worker: false })"
    )


@pytest.mark.parametrize("name", ["engine.js", "pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip"])
def test_a_missing_file_is_an_error_not_a_wait_for_ever(tmp_path: Path, name: str) -> None:
    dist = Path(shutil.copytree(DIST, tmp_path / "dist", copy_function=os.link))
    (dist / name).unlink()
    said = node("return createLoadstone({ worker: false }).catch(({ message }) => message)", dist=dist)
    assert name in said
    assert "check that" in said


def test_loaders_written_in_javascript_serve_python() -> None:
    found = node(
        HERE
        + """
        await loadstone.registerImageLoader("js", (imageId) => {
            if (imageId === "js:wrong") throw new RangeError("no slice");
            return { rows: 1, columns: 2, slope: 0.5, getPixelData: () => Int16Array.of(-1, 5) };
        });
        loadstone.metaData.addProvider((type) => type === "patientModule" ? { patientName: "Doe^Jane" } : undefined);
        const image = await loadstone.loadImage("js:1").promise;
        const message = await loadstone.loadImage("js:wrong").promise.catch(({ message }) => message);
        return [Array.from(image.getPixelData()), image.slope, message];"""
    )
    assert found == [[-1, 5], 0.5, "js:wrong: its JavaScript loader failed: RangeError: no slice"]
