import struct

import pytest
from pydicom.encaps import encapsulate

from loadstone.dicom.encapsulation import find_frame
from loadstone.errors import TruncatedError

# four bytes that begin like JPEG, and some more
FRAMES = [b"\xff\xd8\xff" + bytes([n] * 9) for n in range(3)]
WRONG = ("the basic offset table is wrong; frames are found by their fragments",)
DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"


def item(content):
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(content)) + content


def frame(data, index, frame_count=3, extended=None):
    found = find_frame(data, index, frame_count, extended)
    return found.of(data), found.warnings


@pytest.mark.parametrize("offset_table", [True, False])
@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("end", [b"", DELIMITER, DELIMITER + b"rubbish", b"\0", b"rubbish behind the last frame"])
def test_frames_are_found_with_and_without_table_delimiter_and_rubbish_behind(offset_table, fragments, end):
    data = encapsulate(FRAMES, fragments_per_frame=fragments, has_bot=offset_table) + end
    assert [frame(data, index) for index in range(3)] == [(content, ()) for content in FRAMES]


@pytest.mark.parametrize(
    "offsets",
    [
        (0, 0, 0),
        (0, 20),
        (0, 20, 40, 60),
        (8, 28, 48),
        (0, 20, 39),
        (0, 40, 20),
        (0, 20, 4000000000),
        (4000000000, 4000000001, 4000000002),
    ],
)
def test_a_wrong_offset_table_is_passed_over_with_a_warning(offsets):
    data = item(struct.pack(f"<{len(offsets)}I", *offsets)) + b"".join(map(item, FRAMES)) + DELIMITER
    found = [frame(data, index) for index in range(3)]
    assert [content for content, _ in found] == FRAMES
    assert WRONG in [warnings for _, warnings in found]


def test_a_table_that_points_into_a_fragment_is_passed_over():
    inner = b"\xff\xd8\xff\0" + item(b"abcd")
    fragments = item(inner) + item(FRAMES[1])
    assert frame(item(struct.pack("<2I", 0, 24)) + fragments, 0, 2) == (inner, ())
    assert frame(item(struct.pack("<2I", 0, 12)) + fragments, 0, 2) == (inner, WRONG)


def test_fragments_without_a_table_are_one_frame_each_or_begin_where_a_codestream_does():
    data = item(b"") + item(b"one ") + item(b"two ")
    assert [frame(data, index, 2)[0] for index in range(2)] == [b"one ", b"two "]
    assert frame(data, 0, 1)[0] == b"one two "
    data = item(b"") + item(b"\xff\x4f\xff\x51 a") + item(b"bc") + item(b"") + item(b"\xff\x4f\xff\x51 d")
    assert [frame(data, index, 2)[0] for index in range(2)] == [b"\xff\x4f\xff\x51 abc", b"\xff\x4f\xff\x51 d"]


def test_a_last_fragment_that_is_cut_off_is_given_as_far_as_it_goes():
    data = encapsulate(FRAMES, has_bot=False)
    assert frame(data[:-3], 2)[0] == FRAMES[2][:-3]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 fragments hold 0 frames"),
        (item(b"")[:6], "the offset table is cut off"),
        (item(b"\0" * 8)[:10], "the offset table is cut off"),
        (item(b"") + item(b"one ") + item(b"two "), "2 fragments hold 2 frames"),
        (item(b"") + item(b"a") * 7, "7 fragments hold 0 frames"),
        (b"no items at all", "0 fragments hold 0 frames"),
    ],
)
def test_a_frame_that_can_not_be_found_is_told_with_the_reason(data, reason):
    with pytest.raises(TruncatedError) as raised:
        find_frame(data, 2, 3)
    assert str(raised.value) == (
        f"frame 3 of 3 can not be taken out of the encapsulated pixel data of {len(data)} bytes ({reason}); "
        "compare the file's size with the original"
    )
