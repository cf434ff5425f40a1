import pytest

from loadstone.errors import InvalidImageIdError
from loadstone.image_id import ImageId


def test_the_scheme_ends_at_the_first_colon_and_is_lower_case():
    assert ImageId.parse("WadoUri:https://host/a.dcm") == ImageId("wadouri", "https://host/a.dcm")


@pytest.mark.parametrize("text", ["", "ct.dcm", ":x", "wadouri:", "1ab:x", "wado uri:x"])
def test_text_that_is_no_image_id_is_refused_with_an_example(text):
    with pytest.raises(InvalidImageIdError, match="write scheme:address") as caught:
        ImageId.parse(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "locator", "index"),
    [
        ("wadouri:http://h/a", "http://h/a", None),
        ("wadouri:http://h/a?frame=3", "http://h/a", 2),
        ("wadouri:http://h/a?frame=3&token=x", "http://h/a?token=x", 2),
        ("wadouri:http://h/a?token=x&frame=3", "http://h/a?token=x", 2),
        ("wadouri:http://h/a?a=1&frame=3&b=2#f", "http://h/a?a=1&b=2#f", 2),
        ("wadouri:a?keyframe=7", "a?keyframe=7", None),
    ],
)
def test_the_frame_is_one_query_argument_and_the_others_survive(text, locator, index):
    image_id = ImageId.parse(text)
    assert image_id.locator == locator
    assert image_id.frame(first=1) == index


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "1.5", "9" * 5000])
def test_what_is_no_frame_number_is_named(number):
    with pytest.raises(InvalidImageIdError, match=f"frame={number} is no frame number.*count from 1"):
        ImageId.parse(f"wadouri:a?frame={number}").frame(first=1)


def test_frames_count_from_zero_where_the_scheme_does():
    assert ImageId.parse("nifti:a?frame=0").frame(first=0) == 0


@pytest.mark.parametrize("text", ["w:a", "w:a?frame=1", "w:a?t=x", "w:a?frame=9&t=x#end"])
def test_the_id_of_another_frame_reads_back_as_that_frame_of_the_same_file(text):
    image_id = ImageId.parse(text)
    other = image_id.with_frame(4, first=1)
    assert other.frame(first=1) == 4
    assert other.locator == image_id.locator


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("wadors:https://h/instances/1.2/frames/1", "wadors:https://h/instances/1.2/frames/5"),
        ("wadors:https://h/instances/1.2/frames/12?k=v", "wadors:https://h/instances/1.2/frames/5?k=v"),
        ("wadors:https://h/instances/1.2", "wadors:https://h/instances/1.2?frame=5"),
        ("wadouri:https://h/frames/1", "wadouri:https://h/frames/1?frame=5"),
        ("wadouri:https://h/instances/1/frames/1/ct.dcm", "wadouri:https://h/instances/1/frames/1/ct.dcm?frame=5"),
    ],
)
def test_a_frame_that_the_path_names_is_changed_there(text, other):
    assert str(ImageId.parse(text).with_frame(4, first=1)) == other


def test_an_image_id_is_written_as_it_is_read():
    assert str(ImageId.parse("example:ct?frame=2")) == "example:ct?frame=2"
