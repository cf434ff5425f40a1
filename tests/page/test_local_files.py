"""loadstone.openFiles: files that are built in the page, as a drop or a picker gives them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from part10 import SIXTEEN_BITS, part10
from playwright.sync_api import Page
from pydicom.uid import CTImageStorage


@pytest.fixture(scope="module")
def page(api_page: Page) -> Page:
    api_page.evaluate("""() => {
        globalThis.fileOf = ([name, data]) => new File([Uint8Array.fromBase64(data)], name);
    }""")
    return api_page


def slices(series: str, count: int) -> list[tuple[str, bytes]]:
    """A series of axial slices; all pixels of slice n are n, and the files come in the wrong order."""
    made = []
    for number in reversed(range(1, count + 1)):
        elements = SIXTEEN_BITS | {
            "SOPClassUID": CTImageStorage,
            "SOPInstanceUID": f"1.2.{series}.{number}",
            "StudyInstanceUID": "1.2",
            "SeriesInstanceUID": f"1.2.{series}",
            "Modality": "CT",
            "SeriesNumber": int(series),
            "PatientName": "Doe^Jane",
            "InstanceNumber": number,
            "ImagePositionPatient": [0, 0, -number],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        }
        made.append((f"slice{number}.dcm", part10(elements, number.to_bytes(2, "little") * 6)))
    return made


def opened(page: Page, files: list[tuple[str, bytes]], body: str = "return result;") -> Any:
    """What ``body`` gives of ``result``, the answer of openFiles."""
    return page.evaluate(
        f"""async (given) => {{
            const files = given.map(fileOf);
            const progress = [];
            const result = await loadstone.openFiles(files, {{ onProgress: (one) => progress.push(one) }});
            {body}
        }}""",
        [[name, base64.b64encode(data).decode()] for name, data in files],
    )


def test_files_become_a_sorted_stack_whose_images_load(page: Page) -> None:
    result, values = opened(
        page,
        slices("3", 4),
        """const ids = result.studies[0].series[0].stacks[0].imageIds;
        const images = await Promise.all(ids.map((id) => loadstone.loadImage(id).promise));
        return [result, images.map((image) => image.getPixelData()[5])];""",
    )
    (study,) = result["studies"]
    assert (study["studyInstanceUID"], study["patientName"]) == ("1.2", "Doe^Jane")
    (series,) = study["series"]
    assert (series["seriesInstanceUID"], series["number"], series["modality"]) == ("1.2.3", 3, "CT")
    assert (series["stacks"][0]["rows"], series["stacks"][0]["columns"]) == (2, 3)
    assert values == [1, 2, 3, 4]
    assert result["skipped"] == []
