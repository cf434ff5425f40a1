"""metaDataProvider answers what Cornerstone's own provider answers for the same file, field by field."""

import struct
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

MODULES = [
    "calibrationModule",
    "cineModule",
    "generalImageModule",
    "generalSeriesModule",
    "generalStudyModule",
    "imagePixelModule",
    "imagePlaneModule",
    "modalityLutModule",
    "patientModule",
    "patientStudyModule",
    "petImageModule",
    "petSeriesModule",
    "scalingModule",
    "sopCommonModule",
    "transferSyntax",
    "voiLutModule",
]

LOOK = """
async ([name, names]) => {
    const own = `wadouri:${location.origin}/${name}`;
    for (const imageId of [own, `py:${own}`]) {
        await viewports.imageLoader.loadAndCacheImage(imageId);
    }
    return [viewports.modules(names, own), viewports.modules(names, `py:${own}`)];
}
"""

# what Cornerstone makes up where the file says nothing, and Loadstone leaves missing; its viewports do the same then
MADE_UP = {
    ("imagePlaneModule", "columnCosines"): [0, 1, 0],
    ("imagePlaneModule", "columnPixelSpacing"): 1,
    ("imagePlaneModule", "imageOrientationPatient"): [1, 0, 0, 0, 1, 0],
    ("imagePlaneModule", "imagePositionPatient"): [0, 0, 0],
    ("imagePlaneModule", "pixelSpacing"): [1, 1],
    ("imagePlaneModule", "rowCosines"): [1, 0, 0],
    ("imagePlaneModule", "rowPixelSpacing"): 1,
    ("imagePlaneModule", "sliceLocation"): 0,
}

# what Cornerstone has once more in a module where DICOM does not put it, or what no viewport asks for
ONLY_ITS_OWN = {
    ("generalImageModule", "frameOfReferenceUID"),
    ("generalImageModule", "instanceCreationDate"),
    ("generalImageModule", "instanceCreationTime"),
    ("generalImageModule", "numberOfFrames"),
    ("generalImageModule", "pixelSpacing"),
    ("generalImageModule", "sopClassUID"),
    ("imagePixelModule", "distanceSourceToDetector"),
    ("imagePixelModule", "distanceSourceToPatient"),
    ("imagePixelModule", "sequenceOfUltrasoundRegions"),
}


def single(value: Any) -> Any:
    """As 32-bit floats: Cornerstone keeps positions in these."""
    return [struct.unpack("<f", struct.pack("<f", part))[0] for part in value]


def regions(given: Any) -> Any:
    """Cornerstone's older provider, and so we, turned two words of these names around."""
    renamed = {f"referencePhysicalPixelValue{axis}": f"referencePixelPhysicalValue{axis}" for axis in "XY"}
    return [{renamed.get(name, name): value for name, value in region.items()} for region in given]


# what both say in another form: ours is turned into Cornerstone's
OTHER_FORM: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("calibrationModule", "sequenceOfUltrasoundRegions"): regions,
    ("imagePixelModule", "pixelPaddingValue"): lambda value: value % 2**16,  # signed, as the pixels are
    ("imagePlaneModule", "imagePositionPatient"): single,
    ("patientModule", "patientName"): lambda name: {"Alphabetic": name},
}


@pytest.mark.parametrize(
    "name",
    [
        "made/ct.dcm",
        "made/no spacing.dcm",
        "made/pet.dcm",
        "made/rgb.dcm",
        "made/series/3.dcm",
        "pydicom/CT_small.dcm",
        "pydicom/ExplVR_BigEnd.dcm",
        "pydicom/MR_small.dcm",
        "pydicom/examples_overlay.dcm",
        "pydicom/examples_palette.dcm",
        "pydicom/rtdose.dcm",
        "pydicom/rtdose.dcm?frame=8",
    ],
)
def test_both_providers_say_the_same(viewports: Page, name: str) -> None:
    own, ours = viewports.evaluate(LOOK, [name, MODULES])
    agreed = 0
    for module in MODULES:
        for field, value in (own[module] or {}).items():
            answer = (ours[module] or {}).get(field)
            place = (module, field)
            if value in ("", [], {}):
                assert answer is None, place
            elif answer is None:
                assert place in ONLY_ITS_OWN or MADE_UP.get(place) == value, (place, value)
            elif answer != value:
                assert place in OTHER_FORM, (place, value, answer)
                assert OTHER_FORM[place](answer) == value, place
            else:
                agreed += 1
    assert agreed >= 20


def test_modules_that_cornerstone_has_no_answer_for(viewports: Page) -> None:
    _, ours = viewports.evaluate(
        LOOK, ["made/pet.dcm", ["scalingModule", "petIsotopeModule", "frameOfReferenceModule"]]
    )
    # 2500 Bq/ml are SUV 1, see made_files.py
    assert ours["scalingModule"] == {"suvbw": 0.0004}
    assert ours["petIsotopeModule"]["radiopharmaceuticalInfo"]["radionuclideTotalDose"] == 350_000_000
    assert ours["frameOfReferenceModule"] == {"frameOfReferenceUID": "1.2.3.5"}


def test_images_that_were_not_loaded_and_modules_that_there_are_not_leave_the_word_to_other_providers(
    viewports: Page,
) -> None:
    viewports.evaluate(LOOK, ["made/ct.dcm", []])
    assert viewports.evaluate(
        """() => {
            const loaded = `py:wadouri:${location.origin}/made/ct.dcm`;
            return [["imagePlaneModule", "py:wadouri:nowhere"], ["constructor", loaded], ["imagePlaneModule", loaded]]
                .map(([type, imageId]) => loadstone.metaDataProvider(type, imageId) === undefined);
        }"""
    ) == [True, True, False]
