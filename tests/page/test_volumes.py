"""Volumes and their planes, as another page asks for them."""

from typing import Any

import pytest
from desktop import rendered_here, sha256
from playwright.sync_api import Page


@pytest.fixture(scope="module")
def page(api_page: Page) -> Page:
    return api_page


def run(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ {body} }}")


def test_a_volume_tells_its_planes_and_they_are_images_like_others(page: Page) -> None:
    volume, progress, coronal, letters = run(
        page,
        """const progress = [];
        const volume = await loadstone.volume(["example:nifti"], { onProgress: (one) => progress.push(one) });
        const frames = await loadstone.frames(`mpr:coronal/0?volume=${volume.key}`);
        const coronal = await loadstone.loadImage(frames[40]).promise;
        return [volume, progress, coronal, await loadstone.edgeLetters(frames[40])];""",
    )
    assert volume["shape"] == [24, 96, 96]
    assert volume["imageIds"][1] == "example:nifti?frame=1"
    assert "madeOf" not in volume
    assert (progress[0], progress[-1]) == ({"done": 1, "total": 24}, {"done": 24, "total": 24})
    assert [volume["planes"][name]["count"] for name in ("axial", "coronal", "sagittal")] == [24, 96, 96]
    plane = volume["planes"]["coronal"]
    assert (plane["rows"], plane["columns"], plane["rowPixelSpacing"], plane["direction"]) == (24, 96, 4, [0, 1, 0])
    # the build writes the phantom with its middle at the origin: 95 / 2 pixels of 179.2 / 96 mm to each side
    assert plane["imagePositionPatient"][:2] == pytest.approx([-88.6667, -88.6667], abs=1e-4)
    assert (coronal["rows"], coronal["columns"], coronal["numberOfFrames"]) == (24, 96, 96)
    assert letters == {"left": "R", "right": "L", "top": "H", "bottom": "F"}


@pytest.mark.parametrize(
    "rest", ["sagittal/48?", "axial/12?slab=20&mode=mean&", "oblique?origin=0,0,30&row=1,0,0&column=0,0.8,0.6&"]
)
def test_planes_are_those_of_the_desktop(page: Page, rest: str) -> None:
    image_id = f"mpr:{rest}volume=example%3Anifti"
    digest, view = run(
        page,
        f"""const {{ data, view }} = await loadstone.render("{image_id}", {{ width: 200, height: 150 }});
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
        return [[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""), view];""",
    )
    assert digest == sha256(rendered_here(image_id, view))


def test_what_makes_no_volume_rejects_and_an_aborted_one_ends(page: Page) -> None:
    refused, aborted = run(
        page,
        """const outcome = (promise) => promise.then(() => null, ({ name, message }) => [name, message]);
        const abort = new AbortController();
        const volume = loadstone.volume(["example:us-cine"], { signal: abort.signal });
        abort.abort();
        return [await outcome(loadstone.volume(["example:ct", "example:mr"])), await outcome(volume)];""",
    )
    assert refused[0] == "VolumeError"
    assert "the images differ in their sizes" in refused[1]
    assert aborted[0] == "AbortError"


def test_images_of_a_javascript_loader_lie_where_its_metadata_provider_says(page: Page) -> None:
    volume, pixels = run(
        page,
        """await loadstone.registerImageLoader("js", (imageId) => {
            const number = Number(imageId.split(":")[1]);
            return { rows: 2, columns: 2, pixelData: Int16Array.of(0, 1, 10, 11).map((value) => value + 100 * number) };
        });
        loadstone.metaData.addProvider((type, imageId) => type !== "imagePlaneModule" || !imageId.startsWith("js:")
            ? undefined
            : { rowCosines: [1, 0, 0], columnCosines: [0, 1, 0], imagePositionPatient: [5, 6, 7 + 3 * imageId.at(-1)],
                rowPixelSpacing: 2, columnPixelSpacing: 1 });
        const volume = await loadstone.volume(["js:2", "js:0", "js:1"]);
        const image = await loadstone.loadImage(`mpr:coronal/1?volume=${volume.key}`).promise;
        return [volume, [...image.getPixelData()]];""",
    )
    assert volume["imageIds"] == ["js:0", "js:1", "js:2"]
    assert volume["affine"] == [[1, 0, 0, 5], [0, 2, 0, 6], [0, 0, 3, 7], [0, 0, 0, 1]]
    assert volume["dataType"] == "Int16Array"
    # the back row of each, the highest on top
    assert pixels == [210, 211, 110, 111, 10, 11]


def test_a_key_is_known_after_a_restart(page: Page) -> None:
    rows = run(
        page,
        """const { key } = await loadstone.volume(["example:nifti"]);
        await loadstone.restart();
        return (await loadstone.loadImage(`mpr:sagittal/1?volume=${key}`).promise).rows;""",
    )
    assert rows == 24
