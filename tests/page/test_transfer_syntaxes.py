"""Every transfer syntax in the page: the stored values that decoder workers give are CPython's, byte for byte."""

import base64

import numpy as np
import pytest
from playwright.sync_api import Page
from tests.conformance.laboratory import MADE, Laboratory, MadeFile
from tests.conformance.measuring import our_frames

# libjxl's lossy decoding is in floats, whose last bits depend on the processor's vector instructions
IN_FLOATS = ("1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.112")


def _one_of_each() -> dict[str, MadeFile]:
    """For each encoder one file in grey and one in colour, where it takes them."""
    chosen = {(made.encoder.name, made.picture.samples_per_pixel): made for made in reversed(MADE.values())}
    return {str(made): made for made in reversed(chosen.values())}


CHOSEN = _one_of_each()


def stored_values(page: Page, data: bytes) -> bytes:
    """The bytes of the stored values in the page."""
    image_id = "wadouri:data:application/dicom;base64," + base64.b64encode(data).decode()
    pixels: str = page.evaluate(
        """async (imageId) => {
            const pixels = (await loadstone.loadImage(imageId).promise).getPixelData();
            return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength).toBase64();
        }""",
        image_id,
    )
    return base64.b64decode(pixels)


def test_every_transfer_syntax_is_among_them() -> None:
    assert {made.encoder.transfer_syntax for made in CHOSEN.values()} == {
        made.encoder.transfer_syntax for made in MADE.values()
    }


@pytest.mark.parametrize("name", CHOSEN)
def test_a_file_has_the_same_values_in_the_page_as_on_this_machine(
    api_page: Page, laboratory: Laboratory, name: str
) -> None:
    path = laboratory.path_of(CHOSEN[name])
    here = our_frames(path)[0]
    there = np.frombuffer(stored_values(api_page, path.read_bytes()), here.dtype).reshape(here.shape)
    allowed = 1 if CHOSEN[name].encoder.transfer_syntax in IN_FLOATS else 0
    assert np.abs(here.astype(np.float64) - there).max() <= allowed
