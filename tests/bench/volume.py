"""A CT series of 300 slices as a volume, through Loadstone and through Cornerstone's volume viewport.

How long until it is ready, with nothing in any cache, and how much memory that takes; then planes out of it, from
asking for one to the frame of the browser that shows it, without a limit to the frame rate, one after the other until
the last one's pixels can be read, as they can once the GPU has done with it. No plane is asked for twice. The first
axial plane of Cornerstone takes the volume to the (software) GPU. CPU is what is computed meanwhile, in ms, by the
page with its workers + by the browser's other processes, which draw: a busy machine makes that longer by less.
"""

from __future__ import annotations

import base64
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from tests.cornerstone.bundles import BUNDLE, bundle_cornerstone, bundle_page
from tests.cornerstone.software_gl import SOFTWARE_GL

from loadstone.volume.planes import Plane, oblique_plane, plane_stack
from loadstone.volume.volume import Volume
from loadstone_build.chromium import ensure_chromium

from .harness import Bench, print_head, print_row
from .volume_series import SIZE, SLICES, SPACING, position, series_folder

__all__ = ["run"]

VOXEL_BYTES = SLICES * SIZE * SIZE * 2
OURS = "loadstone"
LIBRARIES = (OURS, "cornerstone")
READY, FRAME = "volume ready", "an empty frame"
MEMORY = "the browser's peak of memory meanwhile, over the voxels"
HEAP = "Python's heap grown meanwhile, over the voxels"
MOST_HEAP = 1.1
# as many frames as the machine makes: with a limit, all would take a multiple of 16.7 ms
UNLIMITED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
# planes of each kind in a round: the first, and those that are scrolled to
SCROLLED = 8
# pictures of the same place differ by noise, of which projections have more where they sample at fewer places
LEAST_CORRELATION = 0.8


@dataclass(frozen=True)
class Kind:
    """Planes of one kind: their name, the most ms that one should take, and the one at a share, 0 to 1, of the way."""

    name: str
    target: float | None
    plane: Callable[[float], tuple[str, Plane]]
    slab: float = 0.0

    def request(self, share: float) -> dict[str, object]:
        """As volume.js takes it: the image's id for Loadstone, what its camera looks at for Cornerstone."""
        image_id, plane = self.plane(share)
        middle = (plane.columns - 1) / 2 * plane.column_spacing, (plane.rows - 1) / 2 * plane.row_spacing
        return {
            "imageId": image_id,
            "centre": list(plane.position + middle[0] * plane.row + middle[1] * plane.column),
            "row": list(plane.row),
            "column": list(plane.column),
            # the picture fits into the square canvas
            "height": max(plane.rows * plane.row_spacing, plane.columns * plane.column_spacing),
            "slab": self.slab,
        }


def run(bench: Bench) -> None:
    bundle_cornerstone()
    bundle_page(Path(__file__).with_suffix(".js"), BUNDLE)
    folder, kinds, turns = series_folder(), _kinds(), itertools.count(1)
    with _drawing_browser(bench) as browser:
        drawing = replace(bench, browser=browser)
        rounds = [_round(drawing, folder, kinds, turns, check=number == 0) for number in range(bench.rounds)]
    _print(rounds, kinds)


def _round(
    bench: Bench, folder: Path, kinds: list[Kind], turns: Iterator[int], *, check: bool
) -> dict[tuple[str, str], float]:
    """What was measured, by the row's name and the library."""
    taken: dict[tuple[str, str], float] = {}
    with ExitStack() as stack:
        pages = {name: _opened(stack, bench, name) for name in LIBRARIES}
        heap = _heap(pages[OURS])
        for name, page in pages.items():
            turn = next(turns)
            ids = [f"wadouri:{bench.address}{folder}/{number}.dcm?turn={turn}" for number in range(SLICES)]
            with _peak_memory(bench.browser) as grown, _processor_time(bench.browser) as spent:
                loaded = page.evaluate("(ids) => volume.load(ids)", ids)
            taken[READY, f"{name}, page"], taken[READY, f"{name}, others"] = spent
            assert loaded["shape"] == [SLICES, SIZE, SIZE], loaded
            taken[READY, name], taken[MEMORY, name] = loaded["milliseconds"], grown[0] / VOXEL_BYTES
        taken[HEAP, OURS] = (_heap(pages[OURS]) - heap) / VOXEL_BYTES
        for kind in kinds:
            requests = [kind.request(share) for share in _shares()]
            for name, page in pages.items():
                for row, some in (("first", requests[:1]), ("scrolling", requests[1:])):
                    title = f"{kind.name}, {row}"
                    with _processor_time(bench.browser) as spent:
                        taken[title, name] = page.evaluate("(planes) => volume.paint(planes)", some)
                    taken[title, f"{name}, page"], taken[title, f"{name}, others"] = (ms / len(some) for ms in spent)
            if check:
                _check_alike(kind, *(_picture(page) for page in pages.values()))
        taken[FRAME, OURS] = median(float(pages[OURS].evaluate("volume.frame()")) for _ in range(SCROLLED))
    return taken


def _print(rounds: list[dict[tuple[str, str], float]], kinds: list[Kind]) -> None:
    medians = {name: median(one[name] for one in rounds) for name in rounds[0]}
    print(
        f"\n{SLICES} CT slices of {SIZE} x {SIZE}, int16, native, by wadouri: as one volume; medians of {len(rounds)} "
        f"round(s), in ms where nothing else is said; ratios are Loadstone / Cornerstone. Software GL, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}. An empty frame takes {medians[FRAME, OURS]:.1f} ms.\n"
    )
    print_head("", "Loadstone", "Cornerstone", "ratio", "target", "CPU, Loadstone", "CPU, Cornerstone")
    targets = {f"{kind.name}, {which}": kind.target for kind in kinds for which in ("first", "scrolling")}
    for row in dict.fromkeys(name for name, _ in medians):
        if row in (FRAME, HEAP):
            continue
        ours, theirs = (medians[row, library] for library in LIBRARIES)
        digits = 2 if row == MEMORY else 1
        cells = (f"{ours:.{digits}f}", f"{theirs:.{digits}f}", f"{ours / theirs:.2f}")
        print_row(row, *cells, _verdict(ours, targets.get(row)), *(_spent(medians, row, name) for name in LIBRARIES))
        if row == READY:
            print_row("that is, images/s", *(f"{SLICES * 1000 / value:.0f}" for value in (ours, theirs)), *4 * [""])
        if row == MEMORY:
            print_row(HEAP, f"{medians[HEAP, OURS]:.2f}", "", "", _verdict(medians[HEAP, OURS], MOST_HEAP), "", "")


def _spent(medians: dict[tuple[str, str], float], row: str, library: str) -> str:
    if (row, f"{library}, page") not in medians:
        return ""
    return " + ".join(f"{medians[row, f'{library}, {part}']:.0f}" for part in ("page", "others"))


def _verdict(value: float, most: float | None) -> str:
    return "" if most is None else f"{most:g}: {'met' if value <= most else 'missed'}"


def _kinds() -> list[Kind]:
    """All that is measured; each has planes of its own, so that no cache answers."""
    affine = np.diag([SPACING, SPACING, 1.0, 1.0])
    affine[:3, 3] = position(0)
    voxels = np.broadcast_to(np.int16(0), (SLICES, SIZE, SIZE))
    volume = Volume("", (), (), voxels, affine, (0, 0))

    def orthogonal(name: str, arguments: str = "") -> Callable[[float], tuple[str, Plane]]:
        stack = plane_stack(volume, name)

        def plane(share: float) -> tuple[str, Plane]:
            index = round(share * (stack.count - 1))
            return f"mpr:{name}/{index}?volume=KEY{arguments}", stack.plane(index)

        return plane

    def oblique(arguments: str = "") -> Callable[[float], tuple[str, Plane]]:
        # turned about two axes of the patient
        row = np.array([0.8, 0.6, 0.0])
        column = np.array([-0.6, 0.8, 0.0]) * np.cos(0.7) + np.array([0.0, 0.0, -1.0]) * np.sin(0.7)
        # the picture has as many pixels as one of 512 x 512
        whole = oblique_plane(volume, volume.centre, row, column, SPACING)
        spacing = SPACING * (whole.rows * whole.columns) ** 0.5 / SIZE

        def plane(share: float) -> tuple[str, Plane]:
            # through the middle half of the volume
            point = np.array(volume.centre) + (share - 0.5) * 100 * np.cross(row, column)
            place = [",".join(f"{part:.6f}" for part in vector) for vector in (point, row, column)]
            return (
                f"mpr:oblique?volume=KEY&origin={place[0]}&row={place[1]}&column={place[2]}&spacing={spacing:.6f}"
                + arguments,
                oblique_plane(volume, point, row, column, spacing),
            )

        return plane

    names = ("axial", "coronal", "sagittal")
    slab = "&slab=20&mode=max"
    return [
        *(Kind(name, 16, orthogonal(name)) for name in names),
        Kind("oblique, linear, 512²", 60, oblique()),
        *(Kind(f"{name} MIP of 20 mm", 80, orthogonal(name, slab), 20) for name in names),
        Kind("oblique MIP of 20 mm, 512²", None, oblique(slab), 20),
    ]


def _shares() -> list[float]:
    """Places that lie wide apart one after the other: neither is the neighbour of the one before."""
    golden = (5**0.5 - 1) / 2
    return [0.1 + 0.8 * ((0.5 + number * golden) % 1) for number in range(SCROLLED + 1)]


def _check_alike(kind: Kind, ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> None:
    """Raise unless both painted the same place."""
    correlation = float(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1])
    if not correlation > LEAST_CORRELATION:
        raise AssertionError(f"{kind.name}: the pictures are not of the same place, their correlation is {correlation}")


def _picture(page: Page) -> NDArray[np.uint8]:
    red = np.frombuffer(base64.b64decode(page.evaluate("volume.picture()")), np.uint8)
    return red.reshape(SIZE, SIZE)


def _opened(stack: ExitStack, bench: Bench, library: str) -> Page:
    page = stack.enter_context(bench.page("tests/bench/empty.html"))
    page.evaluate("async () => { globalThis.volume = await import('/build/cornerstone/volume.js'); }")
    page.evaluate("(name) => volume.start(name)", library)
    return page


def _heap(page: Page) -> float:
    """The most bytes that Python has had at a time: what was asked for, of a heap that grows by larger steps."""
    return float(page.evaluate("volume.python('import pyodide_js; pyodide_js._module._sbrk(0)')"))


@contextmanager
def _drawing_browser(bench: Bench) -> Iterator[Browser]:
    """A Chromium that draws WebGL, and as many frames as it can."""
    arguments = [*SOFTWARE_GL, *UNLIMITED]
    browser = bench.browser.browser_type.launch(executable_path=ensure_chromium(), args=arguments)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def _peak_memory(browser: Browser) -> Iterator[list[float]]:
    """The bytes by which all processes of the browser grew, each at its peak; there once the context has ended."""
    folders = _processes(browser)
    before = 0.0
    for folder in folders:
        # the peak is that of what comes
        (folder / "clear_refs").write_text("5")
        before += _kilobytes(folder, "VmRSS")
    grown: list[float] = []
    yield grown
    grown.append((sum(_kilobytes(folder, "VmHWM") for folder in folders) - before) * 1024)


@contextmanager
def _processor_time(browser: Browser) -> Iterator[list[float]]:
    """The ms that pages with their workers, and all other processes, computed; there once the context has ended."""
    spent: list[float] = []
    before = _computed(browser)
    yield spent
    spent.extend(after - so_far for after, so_far in zip(_computed(browser), before, strict=True))


def _computed(browser: Browser) -> tuple[float, float]:
    """The same since the browser was started."""
    nanoseconds = {True: 0, False: 0}
    for folder, is_page in _processes(browser).items():
        for file in folder.glob("task/*/schedstat"):
            # a thread may end just then
            with suppress(OSError):
                nanoseconds[is_page] += int(file.read_text().split()[0])
    return nanoseconds[True] / 1e6, nanoseconds[False] / 1e6


def _processes(browser: Browser) -> dict[Path, bool]:
    """Their folders in /proc, and whether they are those of pages."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return {Path("/proc") / str(one["id"]): one["type"] == "renderer" for one in found}


def _kilobytes(folder: Path, name: str) -> float:
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    return float(status[name].split()[0])
