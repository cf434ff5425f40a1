"""2,000 slices opened at once, as a folder of files and as a ZIP archive.

What is measured: when the first image is painted, when the list of series is complete, how long a question to Python
waits meanwhile, and by how much Python's memory grows. The files are sparse: behind each header lies a hole.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from statistics import median

import numpy as np

from loadstone_build.paths import BUILD
from loadstone_build.stamps import content_hash, refresh

from .ct_series import ENCODINGS, ct_file
from .harness import Bench, print_head, print_row

__all__ = ["run"]

SERIES, SLICES, SIZE = 4, 500, 512
MEGABYTE = 1024**2

OPEN = """async () => {
    const { createLoadstone } = await import("/dist/loadstone.js");
    globalThis.loadstone = await createLoadstone();
    document.body.innerHTML = '<input id="files" type="file" multiple>';
}"""

MEASURE = """async () => {
    const heap = () => loadstone.runPython("import pyodide_js; pyodide_js._module.HEAPU8.length", { replay: false });
    // the first image brings what is imported once
    await loadstone.render("example:ct", { width: 512, height: 512 });
    const before = await heap();
    const start = performance.now();
    let first = null, longest = 0, done = false;
    const ask = async () => {
        while (!done) {
            const asked = performance.now();
            await loadstone.cache.getCacheInfo();
            longest = Math.max(longest, performance.now() - asked);
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    };
    const asking = ask();
    let painting = null;
    const onProgress = ({ studies }) => {
        const imageId = studies[0]?.series[0]?.stacks[0]?.imageIds[0];
        if (imageId && !painting) {
            painting = loadstone.render(imageId, { width: 512, height: 512 }).then(() => {
                first = performance.now() - start;
            });
        }
    };
    const { studies } = await loadstone.openFiles(document.querySelector("#files").files, { onProgress });
    const complete = performance.now() - start;
    done = true;
    await Promise.all([asking, painting]);
    const images = studies.flatMap(({ series }) => series.flatMap(({ stacks }) => stacks.flatMap((s) => s.imageIds)));
    return { first, complete, longest, grown: (await heap()) - before, count: images.length };
}"""


def run(bench: Bench) -> None:
    folder = _folder()
    archive = _archive(folder)
    print(f"\n{SERIES * SLICES} slices of {SIZE} x {SIZE} opened at once (medians of {bench.rounds})\n")
    print_head("", "first image, ms", "list complete, ms", "longest answer, ms", "memory grown, MB")
    for name, paths in {"files": sorted(folder.iterdir()), "a ZIP archive": [archive]}.items():
        taken = [_measure(bench, paths) for _ in range(bench.rounds)]
        columns = (median(one[column] for one in taken) for column in ("first", "complete", "longest"))
        grown = median(one["grown"] for one in taken) / MEGABYTE
        print_row(name, *(f"{value:.0f}" for value in columns), f"{grown:.1f}")


def _measure(bench: Bench, paths: list[Path]) -> dict[str, float]:
    with bench.page("tests/bench/empty.html") as page:
        page.evaluate(OPEN)
        page.set_input_files("#files", paths)
        measured: dict[str, float] = page.evaluate(MEASURE)
    assert measured["count"] == SERIES * SLICES, measured
    return measured


def _folder() -> Path:
    folder = BUILD / "bench" / "dropped"
    pixels = np.zeros((SIZE, SIZE), np.uint16)

    def write() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number in range(SERIES * SLICES):
            series = number // SLICES
            data = ct_file(number, pixels, ENCODINGS["native"], SeriesInstanceUID=f"1.2.{series}", SeriesNumber=series)
            with (folder / f"{number}.dcm").open("wb") as file:
                file.write(data[: -pixels.nbytes])
                file.truncate(len(data))

    stamp = content_hash([Path(__file__)])
    refresh(folder.with_suffix(".stamp"), stamp, write, made=folder / f"{SERIES * SLICES - 1}.dcm")
    return folder


def _archive(folder: Path) -> Path:
    archive = folder.with_suffix(".zip")

    def write() -> None:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
            for path in sorted(folder.iterdir()):
                made.write(path, f"dropped/{path.name}")

    refresh(archive.with_suffix(".zip.stamp"), content_hash([Path(__file__)]), write, made=archive)
    return archive
