import numpy as np
from nifti_files import nifti1

from loadstone.metadata import (
    CineModule,
    FrameModule,
    FrameOfReferenceModule,
    GeneralSeriesModule,
    ImagePixelModule,
    ModalityLutModule,
    MultiframeModule,
    VoiLutModule,
)
from loadstone.nifti.file import read_nifti
from loadstone.nifti.to_image import plane_to_image

LIMIT = 10**6
# 3 slices, 5 times, 2.5 s apart (code 8) in mm (code 2)
SERIES = {"pixdim": (1, 1, 1, 1, 2.5, 0, 0, 0), "xyzt_units": 2 + 8}


def answers(data, index=0):
    file = read_nifti(data, sample_limit=LIMIT)
    image = plane_to_image(file, index, "nifti:x", sample_limit=LIMIT)
    return {name: read() for name, read in image.metadata.items()}


def test_frames_know_their_slice_and_time():
    modules = answers(nifti1(np.zeros((2, 2, 3, 5), np.int16), **SERIES), 7)
    assert modules["frameModule"] == FrameModule(
        frame_number=8,
        number_of_frames=15,
        in_stack_position_number=2,
        temporal_position_index=3,
        temporal_position_time_offset=5.0,
    )
    # the next frame is the next slice, at the same time
    assert modules["multiframeModule"] == MultiframeModule(number_of_frames=15)


def test_a_single_slice_over_time_is_a_cine():
    modules = answers(nifti1(np.zeros((2, 2, 1, 5), np.int16), **SERIES), 2)
    assert modules["cineModule"] == CineModule(number_of_frames=5, frame_time=2500)
    assert modules["multiframeModule"] == MultiframeModule(number_of_frames=5, frame_time=2500)


def test_times_are_in_their_unit():
    def frame_time(units, step=40.0):
        data = nifti1(np.zeros((2, 2, 1, 5), np.int16), pixdim=(1, 1, 1, 1, step, 0, 0, 0), xyzt_units=units)
        return answers(data)["cineModule"].frame_time

    assert [frame_time(2 + code) for code in (8, 16, 24)] == [40_000, 40, 0.04]
    # not told, and Hz, which is no time
    assert [frame_time(2), frame_time(2 + 32)] == [None, None]
    assert [frame_time(2 + 8, step) for step in (0, -1, float("nan"), float("inf"))] == [None] * 4


def test_what_nifti_does_not_tell_stays_missing():
    modules = answers(nifti1(descrip=b"TE=30;Time=1"))
    assert modules["generalSeriesModule"] == GeneralSeriesModule(series_description="TE=30;Time=1")
    assert modules["voiLutModule"] == VoiLutModule()
    assert modules["modalityLutModule"] == ModalityLutModule(1, 0)
    assert answers(nifti1())["generalSeriesModule"] == GeneralSeriesModule()
    assert "patientModule" not in modules


def test_the_layout_of_pixels_is_told():
    assert answers(nifti1())["imagePixelModule"] == ImagePixelModule(
        samples_per_pixel=1,
        photometric_interpretation="MONOCHROME2",
        rows=3,
        columns=2,
        bits_allocated=16,
        bits_stored=16,
        high_bit=15,
        pixel_representation=1,
    )
    representations = [
        answers(nifti1(np.zeros((2, 2), dtype)))["imagePixelModule"].pixel_representation for dtype in ("u2", "f4")
    ]
    assert representations == [0, None]


def test_frames_of_a_file_share_a_frame_of_reference_and_files_do_not():
    data = nifti1()
    uids = {answers(data, index)["frameOfReferenceModule"].frame_of_reference_uid for index in range(4)}
    (uid,) = uids
    assert answers(data, 3)["imagePlaneModule"].frame_of_reference_uid == uid
    # PS3.5 9.1: at most 64 characters of digits and dots
    assert uid.startswith("2.25.")
    assert len(uid) <= 64
    other = bytearray(data)
    other[-20] ^= 1
    assert answers(bytes(other))["frameOfReferenceModule"] != FrameOfReferenceModule(uid)
