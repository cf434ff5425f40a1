"""Stored values, their types, rescale and windows."""

import gzip
import struct

import nibabel
import numpy as np
import pytest
from nifti_files import DATATYPES, RAMP, nifti1, nifti2

from loadstone.grey import modality_values
from loadstone.nifti.file import read_nifti
from loadstone.nifti.to_image import plane_to_image

LIMIT = 10**6
VERSIONS = {"nifti1": (nifti1, nibabel.Nifti1Image), "nifti2": (nifti2, nibabel.Nifti2Image)}


def image_of(data, index=0):
    return plane_to_image(read_nifti(data, sample_limit=LIMIT), index, "nifti:x", sample_limit=LIMIT)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("dtype", DATATYPES.values())
@pytest.mark.parametrize("version", VERSIONS)
def test_every_integer_and_float_type_is_kept_in_both_byte_orders(version, dtype, order):
    extremes = np.array([-1.5, np.inf, 1e30, 0.25]) if dtype[0] == "f" else np.array(
        [np.iinfo(dtype).min, np.iinfo(dtype).max, 7, 1], dtype
    )  # fmt: skip
    voxels = extremes.astype(dtype).reshape(2, 2, 1)
    write, reader = VERSIONS[version]
    data = write(voxels, order)
    image = image_of(data)
    # RAS axes: both are reversed for display
    assert image.pixels.tolist() == voxels[::-1, ::-1, 0].T.tolist()
    assert (image.pixels.dtype, image.pixels.dtype.isnative) == (np.dtype(dtype), True)
    assert (image.pixels == np.asarray(reader.from_bytes(data).dataobj)[::-1, ::-1, 0].T).all()
    assert image_of(gzip.compress(data)).pixels.tolist() == image.pixels.tolist()


@pytest.mark.parametrize(("code", "samples"), [(128, 3), (2304, 4)])
def test_colour_is_kept_as_rgb_and_rgba(code, samples):
    voxels = np.arange(2 * 3 * samples, dtype=np.uint8).reshape(2, 3, samples)
    # as 1-sample voxels of the same bytes: a pixel's samples lie together
    flat = voxels.transpose(2, 0, 1).reshape(samples * 2, 3, order="F")
    data = nifti1(flat, datatype=code, bitpix=8 * samples, dim=(3, 2, 3, 1, 1, 1, 1, 1), scl_slope=2, scl_inter=5)
    image = image_of(data)
    assert image.pixels.tolist() == voxels[::-1, ::-1].transpose(1, 0, 2).tolist()
    # nifti1.h: scaling is ignored for RGB24
    assert (image.rescale_slope, image.rescale_intercept, image.windows) == (1, 0, ())
    ours = nibabel.Nifti1Image.from_bytes(data).dataobj.get_unscaled()
    assert [list(ours[1, 2, 0])] == [image.pixels[0, 0].tolist()]
    pixel = image.metadata["imagePixelModule"]()
    assert (pixel.samples_per_pixel, pixel.photometric_interpretation, pixel.bits_allocated) == (samples, "RGB", 8)


@pytest.mark.parametrize(
    ("slope", "inter", "expected"),
    [
        (0, 0, (1, 0)),
        (0, -1024, (1, 0)),  # nifti1.h: scaled only where scl_slope is nonzero
        (2.5, 0, (2.5, 0)),
        (1, -1024, (1, -1024)),
        (-0.5, 3, (-0.5, 3)),
        (float("nan"), float("nan"), (1, 0)),
        (float("nan"), 7, (1, 0)),
    ],
)
def test_slope_and_intercept_are_told_and_never_baked_in(slope, inter, expected):
    data = nifti1(scl_slope=slope, scl_inter=inter)
    image = image_of(data, 2)
    assert (image.rescale_slope, image.rescale_intercept) == expected
    assert image.pixels.dtype == np.int16
    assert image.warnings == ()
    scaled = nibabel.Nifti1Image.from_bytes(data).get_fdata()[::-1, ::-1, 2].T
    assert np.allclose(modality_values(image, image.pixels), scaled, rtol=0)
    module = image.metadata["modalityLutModule"]()
    assert (module.rescale_slope, module.rescale_intercept) == expected


@pytest.mark.parametrize(
    ("slope", "inter", "expected", "warning"),
    [
        (2, float("nan"), (2, 0), "scl_inter is nan; taken as 0"),
        (float("inf"), 0, (1, 0), "scl_slope is inf; values are shown as they are stored"),
    ],
)
def test_a_rescale_that_can_not_be_is_told(slope, inter, expected, warning):
    image = image_of(nifti1(scl_slope=slope, scl_inter=inter))
    assert (image.rescale_slope, image.rescale_intercept) == expected
    assert image.warnings == (warning,)


def test_cal_min_and_cal_max_are_the_first_window():
    image = image_of(nifti1(cal_min=100, cal_max=300, scl_slope=2))
    assert [(w.center, w.width, w.explanation) for w in image.windows] == [
        (200, 200, "cal_min to cal_max"),
        (321, 642, "Full range"),
    ]
    assert image.voi_lut_function == "LINEAR_EXACT"
    module = image.metadata["voiLutModule"]()
    assert (module.window_center, module.window_width) == ((200,), (200,))


@pytest.mark.parametrize("ends", [(0, 0), (5, 5), (300, 100), (float("nan"), 100), (0, float("inf"))])
def test_a_calibration_that_is_no_window_is_passed_over(ends):
    image = image_of(nifti1(cal_min=ends[0], cal_max=ends[1]))
    assert [w.explanation for w in image.windows] == ["Full range"]
    assert image.metadata["voiLutModule"]().window_center is None


def test_all_frames_have_the_full_range_of_the_first_volume():
    times = np.stack([RAMP, RAMP + 5000], axis=3)
    windows = {image_of(nifti1(times), index).windows for index in range(8)}
    assert [[(w.center, w.width) for w in each] for each in windows] == [[(160.5, 321)]]


def test_the_full_range_passes_over_what_is_not_finite_and_follows_a_negative_slope():
    voxels = np.array([np.nan, -2, 6, np.inf], np.float32).reshape(2, 2)
    (window,) = image_of(nifti1(voxels, scl_slope=-1, scl_inter=1)).windows
    # -(-2) + 1 = 3 down to -(6) + 1 = -5
    assert (window.center, window.width) == (-1, 8)
    assert image_of(nifti1(np.full((2, 2), np.nan, np.float32))).windows == ()


def test_frames_are_slices_first_then_times_then_the_rest():
    voxels = np.arange(2 * 2 * 3 * 4 * 2, dtype=np.int16).reshape(2, 2, 3, 4, 2)
    data = nifti1(voxels)
    assert image_of(data).frame_count == 24
    for index, (k, t, u) in {
        0: (0, 0, 0),
        2: (2, 0, 0),
        3: (0, 1, 0),
        11: (2, 3, 0),
        12: (0, 0, 1),
        23: (2, 3, 1),
    }.items():
        image = image_of(data, index)
        assert image.pixels.tolist() == voxels[::-1, ::-1, k, t, u].T.tolist()
        assert image.first_frame_number == 0


@pytest.mark.parametrize("shape", [(5,), (5, 4), (5, 4, 1), (5, 4, 1, 1)])
def test_less_than_three_dimensions_are_one_frame(shape):
    voxels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    image = image_of(nifti1(voxels))
    assert image.frame_count == 1
    assert image.pixels.tolist() == voxels.reshape(5, -1)[::-1, ::-1].T.tolist()


def test_voxels_begin_at_vox_offset_behind_extensions():
    plain = nifti1(vox_offset=385)
    data = plain[:352] + b"\x20" * 33 + plain[352:]
    assert image_of(data).pixels.tolist() == image_of(nifti1()).pixels.tolist()
    # some programs leave 0 there: then they begin behind the header
    assert image_of(nifti1(vox_offset=0)).pixels.tolist() == image_of(nifti1()).pixels.tolist()


def test_plain_voxels_are_not_copied_but_an_image_does_not_hold_on_to_them():
    data = nifti1()
    file = read_nifti(data, sample_limit=LIMIT)
    assert np.shares_memory(file.planes, np.frombuffer(data, np.uint8))
    assert not np.shares_memory(plane_to_image(file, 0, "nifti:x", sample_limit=LIMIT).pixels, file.planes)


@pytest.mark.parametrize(("largest", "slope"), [(1.7e308, 1), (1e308, 100)])
def test_a_full_range_beyond_the_largest_float_is_no_window(largest, slope):
    voxels = np.array([-largest, largest]).reshape(2, 1)
    assert image_of(nifti1(voxels, scl_slope=slope)).windows == ()


@pytest.mark.parametrize(("extensions", "gap"), [(2, 0), (0, 1000)])
@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("packed", [False, True])
def test_extensions_and_a_gap_before_the_voxels_are_passed_over_as_nibabel_does(kind, extensions, gap, packed):
    made = kind(RAMP, np.eye(4))
    # nibabel fills them up to multiples of 16 bytes (esize), and writes the code of their kind (ecode)
    for code, content in [("afni", b"<AFNI_attributes/>" * 30), ("comment", b"x")][:extensions]:
        made.header.extensions.append(nibabel.nifti1.Nifti1Extension(code, content))
    data = made.to_bytes()
    if gap:
        offset = int(kind.from_bytes(data).dataobj.offset)
        at, form = (108, "<f") if kind is nibabel.Nifti1Image else (168, "<q")
        data = bytearray(data[:offset] + bytes(gap) + data[offset:])
        struct.pack_into(form, data, at, offset + gap)
    read = kind.from_bytes(bytes(data))
    assert len(read.header.extensions) == extensions
    assert read.dataobj.offset > 900
    file = read_nifti(gzip.compress(data) if packed else bytes(data), sample_limit=LIMIT)
    assert file.planes.tolist() == np.asarray(read.dataobj).transpose(2, 1, 0).tolist()
    assert file.planes.tolist() == RAMP.transpose(2, 1, 0).tolist()
    assert file.header.warnings == ()


def test_an_extension_whose_size_can_not_be_harms_no_voxel():
    # esize -5 and ecode 6 behind the four bytes that say that extensions follow (nifti1.h)
    data = nifti1(vox_offset=368)
    data = data[:348] + b"\1\0\0\0" + struct.pack("<ii", -5, 6) + bytes(8) + data[352:]
    assert image_of(data).pixels.tolist() == image_of(nifti1()).pixels.tolist()
