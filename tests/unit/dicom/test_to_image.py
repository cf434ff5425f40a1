import struct
from io import BytesIO

import numpy as np
import pytest
from part10 import COLOR, GREY, PET, SIXTEEN_BITS, bundled, data_set, part10
from pydicom import dcmread
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.errors import FrameIndexError
from loadstone.grey import modality_values
from loadstone.image import Window
from loadstone.rendering import render
from loadstone.view import View


def image(elements, pixels=bytes(12), **options):
    return frame_to_image(read_file(part10(elements, pixels, **options)), 0, "wadouri:x")


def sequence(keyword, entries, first_mapped, bits, *, data=None, vr="US", count=None):
    item = data_set({"LUTDescriptor": [len(entries) if count is None else count, first_mapped, bits]})
    item["LUTDescriptor"].VR = "SS" if first_mapped < 0 else "US"
    item.add_new("LUTData", vr, data if data is not None else entries)
    return {keyword: [item]}


def test_ct_small_is_what_its_elements_say():
    ct = frame_to_image(read_file(bundled("CT_small.dcm")), 0, "wadouri:ct")
    assert (ct.image_id, ct.rows, ct.columns, ct.pixels.dtype) == ("wadouri:ct", 128, 128, np.int16)
    assert (ct.rescale_slope, ct.rescale_intercept, ct.unit) == (1.0, -1024.0, "HU")
    assert (ct.row_spacing, ct.column_spacing) == (0.661468, 0.661468)
    assert (ct.windows, ct.voi_lut_function, ct.padding) == ((), "LINEAR", (-2000, -2000))
    assert (ct.bits_stored, ct.frame_count, ct.first_frame_number) == (16, 1, 1)
    assert (ct.photometric_interpretation, ct.size_in_bytes) == ("MONOCHROME2", 32768)


def test_rescale_is_not_baked_into_the_stored_values():
    ct = frame_to_image(read_file(bundled("CT_small.dcm")), 0, "x:1")
    assert (ct.pixels == dcmread(BytesIO(bundled("CT_small.dcm"))).pixel_array).all()


def test_the_metadata_outlives_the_pixels_without_keeping_the_files_bytes():
    ct = frame_to_image(read_file(bundled("CT_small.dcm")), 0, "x:1")
    assert ct.metadata["patientModule"]().patient_id == "1CT1"


def test_a_frame_that_is_not_there_is_told():
    with pytest.raises(FrameIndexError, match="frame=2 does not exist: the file has 1 frame, counted from 1"):
        frame_to_image(read_file(bundled("CT_small.dcm")), 1, "x:1")


# windows


def test_windows_come_in_the_files_order_with_their_explanations():
    elements = {"WindowCenter": [40, -600], "WindowWidth": [400, 1500]}
    named = {"WindowCenterWidthExplanation": ["SOFT", "LUNG"]}
    assert image(GREY | elements | named).windows == (Window(40, 400, "SOFT"), Window(-600, 1500, "LUNG"))
    assert image(GREY | elements).windows == (Window(40, 400), Window(-600, 1500))
    one = {"WindowCenter": 40, "WindowWidth": 400, "WindowCenterWidthExplanation": "SOFT"}
    assert image(GREY | one).windows == (Window(40, 400, "SOFT"),)


@pytest.mark.parametrize(
    "elements",
    [
        {"WindowCenter": 40},
        {"WindowWidth": 400},
        {"WindowCenter": 40, "WindowWidth": 0},
        {"WindowCenter": 40, "WindowWidth": -5},
        {"WindowCenter": "", "WindowWidth": ""},
    ],
)
def test_a_window_that_shows_nothing_is_left_out(elements):
    assert image(GREY | elements).windows == ()


@pytest.mark.parametrize(
    ("said", "function"),
    [
        (None, "LINEAR"),
        ("LINEAR", "LINEAR"),
        ("LINEAR_EXACT", "LINEAR_EXACT"),
        ("SIGMOID", "SIGMOID"),
        ("ODD", "LINEAR"),
    ],
)
def test_the_voi_lut_function_is_the_files(said, function):
    assert image(GREY | {"VOILUTFunction": said}).voi_lut_function == function


# padding


@pytest.mark.parametrize(
    ("elements", "padding"),
    [
        ({}, None),
        ({"PixelPaddingValue": 63536, "PixelRepresentation": 0}, (63536, 63536)),
        ({"PixelPaddingValue": -2000, "PixelRepresentation": 1}, (-2000, -2000)),
        ({"PixelPaddingValue": 10, "PixelPaddingRangeLimit": 20, "PixelRepresentation": 0}, (10, 20)),
        ({"PixelPaddingValue": 20, "PixelPaddingRangeLimit": 10, "PixelRepresentation": 0}, (10, 20)),
    ],
)
def test_padding_is_a_range_of_stored_values(elements, padding):
    assert image(SIXTEEN_BITS | elements).padding == padding


def test_padding_of_another_sign_than_the_pixels_is_read_as_theirs():
    # 63536 is -2000 in 16 bits; some files write an unsigned value beside signed pixels
    data = part10(SIXTEEN_BITS | {"PixelRepresentation": 1, "PixelPaddingValue": -2000}, bytes(12))
    wrong = data.replace(b"\x28\x00\x20\x01SS", b"\x28\x00\x20\x01US")
    assert wrong != data
    assert frame_to_image(read_file(wrong), 0, "x:1").padding == (-2000, -2000)


@pytest.mark.parametrize(("bits", "vr", "kind"), [(32, "OF", "Float"), (64, "OD", "DoubleFloat")])
def test_padding_of_float_pixels_has_elements_of_its_own(bits, vr, kind):
    # -1e30 has no exact place in 32 bits: element and pixels are rounded alike
    elements = GREY | {"Rows": 1, "BitsAllocated": bits, "PhotometricInterpretation": "MONOCHROME1"}
    pixels = np.array([-1e30, 0.5, 1.5], f"<f{bits // 8}").tobytes()
    meaning = {"vr": vr, "keyword": f"{kind}PixelData"}
    padded = image(elements | {f"{kind}PixelPaddingValue": -1e30}, pixels, **meaning)
    assert padded.value_range == (0.5, 1.5)
    assert render(padded, View(3, 1))[..., 0].tolist() == [[0, 255, 0]]
    limits = {f"{kind}PixelPaddingValue": -0.5, f"{kind}PixelPaddingRangeLimit": -1e31, "PixelPaddingValue": 0}
    assert image(elements | limits, pixels, **meaning).value_range == (0.5, 1.5)


def test_colour_has_no_padding():
    assert image(COLOR | {"PixelPaddingValue": 0}, bytes(18)).padding is None


def test_padding_is_left_out_of_what_is_shown_first():
    elements = SIXTEEN_BITS | {"PixelRepresentation": 1, "PixelPaddingValue": -2000}
    shown = image(elements, struct.pack("<6h", -2000, -2000, 0, 50, 100, 100))
    assert shown.value_range == (0, 100)
    assert shown.stored_extremes == (-2000, 100)


# units


@pytest.mark.parametrize(
    ("elements", "unit"),
    [
        ({"Modality": "CT", "RescaleIntercept": -1024, "RescaleSlope": 1}, "HU"),
        ({"Modality": "CT", "RescaleIntercept": 0, "RescaleSlope": 1, "RescaleType": "US"}, "HU"),
        ({"Modality": "CT"}, ""),
        ({"Modality": "MR", "RescaleIntercept": 0, "RescaleSlope": 1}, ""),
        ({"Modality": "MR", "RescaleIntercept": 0, "RescaleSlope": 1, "RescaleType": "OD"}, "OD"),
        ({"Modality": "PT", "Units": "BQML"}, "BQML"),
        ({"Modality": "NM", "Units": "CNTS"}, ""),
        ({}, ""),
    ],
)
def test_the_unit_is_what_the_file_says_and_hounsfield_for_ct(elements, unit):
    assert image(GREY | elements).unit == unit


# look-up tables


@pytest.mark.parametrize(("first_mapped", "bits"), [(0, 16), (100, 16), (2, 8)])
def test_a_modality_lut_gives_pydicoms_values(first_mapped, bits):
    entries = [(n * 91) % 2**bits for n in range(50)]
    data = part10(
        SIXTEEN_BITS | sequence("ModalityLUTSequence", entries, first_mapped, bits),
        struct.pack("<6H", 0, 1, 49, 110, 130, 65535),
    )
    ours = frame_to_image(read_file(data), 0, "x:1")
    read = dcmread(BytesIO(data))
    assert modality_values(ours, ours.pixels).tolist() == apply_modality_lut(read.pixel_array, read).tolist()


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2"])
@pytest.mark.parametrize("vr", ["US", "OW"])
@pytest.mark.parametrize(("first_mapped", "bits"), [(0, 16), (3, 12), (-4, 12)])
def test_a_voi_lut_gives_pydicoms_values_in_every_byte_order(first_mapped, bits, vr, syntax):
    order = ">" if syntax.endswith(".2.2") else "<"
    entries = [(n * 411) % 2**bits for n in range(10)]
    signed = {"PixelRepresentation": int(first_mapped < 0)}
    packed = struct.pack(f"{order}10H", *entries)
    lut = sequence("VOILUTSequence", entries, first_mapped, bits, vr=vr, data=packed if vr == "OW" else None)
    data = part10(SIXTEEN_BITS | signed | lut, struct.pack(f"{order}6h", 0, 1, 5, 9, 12, 1000), syntax=syntax)
    read = dcmread(BytesIO(data))
    expected = apply_voi_lut(read.pixel_array, read).astype(float) * 255 / (2**bits - 1)
    ours = frame_to_image(read_file(data), 0, "x:1")
    assert (render(ours, View(3, 2))[..., 0] == np.floor(expected + 0.5)).all()


def test_a_first_mapped_value_below_0_that_is_stored_unsigned_is_read_as_signed():
    lut = sequence("VOILUTSequence", [1, 2, 3], 65534, 16)
    assert image(SIXTEEN_BITS | {"PixelRepresentation": 1} | lut).voi_luts[0].first_mapped == -2
    assert image(SIXTEEN_BITS | lut).voi_luts[0].first_mapped == 65534


def test_8_bit_entries_may_be_packed_two_to_a_word_and_an_odd_number_has_a_filling_byte():
    lut = sequence("VOILUTSequence", [0] * 3, 0, 8, vr="OW", data=bytes([5, 100, 200, 0]))
    assert image(SIXTEEN_BITS | lut).voi_luts[0].entries.tolist() == [5, 100, 200]


def test_8_bit_entries_may_have_a_word_each():
    lut = sequence("VOILUTSequence", [0] * 3, 0, 8, vr="OW", data=struct.pack("<3H", 5, 100, 200))
    assert image(SIXTEEN_BITS | lut).voi_luts[0].entries.tolist() == [5, 100, 200]


def test_65536_entries_are_written_as_0():
    lut = sequence("VOILUTSequence", [], 0, 16, vr="OW", data=np.arange(65536, dtype="<u2").tobytes(), count=0)
    assert image(SIXTEEN_BITS | lut).voi_luts[0].entries.tolist() == list(range(65536))


@pytest.mark.parametrize(
    "lut",
    [
        sequence("VOILUTSequence", [1, 2, 3], 0, 0),
        sequence("VOILUTSequence", [1, 2, 3], 0, 17),
        sequence("VOILUTSequence", [], 0, 16, vr="OW", data=b"", count=3),
        {"VOILUTSequence": [data_set({"LUTExplanation": "nothing in it"})]},
        {"VOILUTSequence": []},
    ],
)
def test_a_table_that_is_none_is_left_out(lut):
    assert image(SIXTEEN_BITS | lut).voi_luts == ()


def test_every_voi_lut_is_kept_with_its_explanation():
    first = sequence("VOILUTSequence", [1, 2, 3], 0, 16)["VOILUTSequence"][0]
    second = sequence("VOILUTSequence", [4, 5], 7, 12)["VOILUTSequence"][0]
    first.LUTExplanation, second.LUTExplanation = "NORMAL", "HARDER"
    luts = image(SIXTEEN_BITS | {"VOILUTSequence": [first, second]}).voi_luts
    assert [(t.explanation, t.first_mapped, t.bits, t.entries.tolist()) for t in luts] == [
        ("NORMAL", 0, 16, [1, 2, 3]),
        ("HARDER", 7, 12, [4, 5]),
    ]


# depth


def test_the_depth_is_the_bits_stored_and_of_a_palette_that_of_its_entries():
    assert image(SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11}).bits_stored == 12
    assert frame_to_image(read_file(bundled("examples_palette.dcm")), 0, "x:1").bits_stored == 16


def test_12_bit_colour_is_shown_at_full_brightness():
    elements = COLOR | {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11, "Rows": 1, "Columns": 1}
    shown = image(elements, struct.pack("<3H", 0, 2048, 4095))
    assert render(shown, View(1, 1)).tolist() == [[[0, 128, 255, 255]]]


def test_what_is_left_of_1_bit_data_is_black_and_white():
    elements = GREY | {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}
    shown = image(elements, bytes([0b101101, 0]))
    assert render(shown, View(3, 2))[..., 0].tolist() == [[255, 0, 255], [255, 0, 255]]


@pytest.mark.parametrize(
    ("ratio", "expected"), [(None, None), ([2, 1], 2.0), (["3", "4"], 0.75), ([0, 1], None), ([1], None)]
)
def test_the_pixel_aspect_ratio_is_height_over_width_and_no_spacing(ratio, expected):
    image = frame_to_image(read_file(part10(GREY | {"PixelAspectRatio": ratio}, bytes(6))), 0, "x:1")
    assert (image.pixel_aspect_ratio, image.row_spacing, image.column_spacing) == (expected, None, None)


# modality values


def test_pet_is_shown_as_suv_and_its_windows_with_it():
    pet = image(
        SIXTEEN_BITS | PET | {"RescaleSlope": 2, "RescaleIntercept": 0, "WindowCenter": 5000.5, "WindowWidth": 10001}
    )
    # 70000 g / 175 MBq are 0.0004 g/ml for 1 Bq/ml; a linear window of 10001 whole units reaches from 0 to 10000
    assert (pet.unit, pet.rescale_slope) == ("SUVbw g/ml", pytest.approx(8e-4, rel=1e-12))
    (window,) = pet.windows
    assert (window.center, window.width) == (pytest.approx(2.0), pytest.approx(4.0))
    assert (pet.voi_lut_function, pet.warnings) == ("LINEAR_EXACT", ())


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_suv_and_activity_are_shown_alike(function):
    windowed = SIXTEEN_BITS | PET | {"WindowCenter": 300, "WindowWidth": 500, "VOILUTFunction": function}
    pixels = struct.pack("<6H", 0, 100, 299, 301, 480, 65535)
    suv, activity = image(windowed, pixels), image(windowed | {"PatientWeight": None}, pixels)
    assert (suv.unit, activity.unit) == ("SUVbw g/ml", "BQML")
    assert render(suv, View(3, 2)).tolist() == render(activity, View(3, 2)).tolist()


def test_pet_without_a_weight_says_so():
    pet = image(SIXTEEN_BITS | PET | {"PatientWeight": None})
    assert pet.warnings == ("values are shown in BQML, not as SUV: PatientWeight is missing",)


def test_dose_is_in_gray():
    dose = image(SIXTEEN_BITS | {"Modality": "RTDOSE", "DoseGridScaling": "0.001", "DoseUnits": "GY"})
    assert (dose.rescale_slope, dose.rescale_intercept, dose.unit) == (0.001, 0.0, "Gy")


def test_a_modality_lut_has_the_last_word_and_its_own_unit():
    lut = sequence("ModalityLUTSequence", [5, 6, 7], 0, 16)
    lut["ModalityLUTSequence"][0].ModalityLUTType = "OD"
    film = image(SIXTEEN_BITS | lut | {"RescaleSlope": 2, "RescaleIntercept": 1, "RescaleType": "HU"})
    assert (film.rescale_slope, film.rescale_intercept, film.unit) == (1.0, 0.0, "OD")


def test_each_frame_of_an_enhanced_object_has_its_own_values_windows_and_spacing():
    def frame(number):
        return data_set(
            {
                "PixelValueTransformationSequence": [data_set({"RescaleSlope": number, "RescaleIntercept": -number})],
                "FrameVOILUTSequence": [data_set({"WindowCenter": 10 * number, "WindowWidth": 100})],
                "PixelMeasuresSequence": [data_set({"PixelSpacing": [number, number]})],
            }
        )

    elements = SIXTEEN_BITS | {
        "NumberOfFrames": 2,
        "SharedFunctionalGroupsSequence": [
            data_set({"PixelValueTransformationSequence": [data_set({"RescaleType": "HU"})]})
        ],
        "PerFrameFunctionalGroupsSequence": [frame(1), frame(2)],
    }
    file = read_file(part10(elements, bytes(24)))
    shown = frame_to_image(file, 1, "x:1")
    assert (shown.rescale_slope, shown.rescale_intercept, shown.unit) == (2.0, -2.0, "HU")
    assert (shown.windows, shown.row_spacing) == ((Window(20, 100),), 2.0)
    assert shown.metadata["modalityLutModule"]().rescale_slope == 2.0
    assert frame_to_image(file, 0, "x:1").windows == (Window(10, 100),)
