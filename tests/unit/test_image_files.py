"""The file that an image lies in, by the image's id."""

import pytest

from loadstone.image_files import ImageFile, image_file, why_not_as_file
from loadstone.local_files import LocalFiles


class Given:
    """A file that was dropped."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 1000

    def read(self, start: int, end: int) -> bytes:
        return bytes(end - start)


@pytest.fixture
def files() -> LocalFiles:
    opened = LocalFiles()
    opened.add([Given("CD/IM 1"), Given("brain.nii.gz")])
    return opened


@pytest.mark.parametrize(
    ("image_id", "expected"),
    [
        ("dicomfile:1?frame=3", ImageFile("local:1", "CD/IM 1", "wadouri", "?frame=3", 1000)),
        ("nifti:local:2?frame=0", ImageFile("local:2", "brain.nii.gz", "nifti", "?frame=0", 1000)),
        ("wadouri:files/a%20b.dcm", ImageFile("files/a%20b.dcm", "a b.dcm", "wadouri", "", None)),
        (
            "dicomweb:https://host/wado?objectUID=1&frame=2&x=3",
            ImageFile("https://host/wado?objectUID=1&x=3", "wado", "wadouri", "?frame=2", None),
        ),
        ("https://host/a/b.png?size=3", ImageFile("https://host/a/b.png?size=3", "b.png", "web", "", None)),
        ("web:local:1", ImageFile("local:1", "CD/IM 1", "web", "", 1000)),
        ("data:image/png;base64,AAAA", ImageFile("data:image/png;base64,AAAA", "image", "web", "", None)),
    ],
)
def test_the_file_and_the_id_that_an_image_has_where_it_lies_elsewhere(
    files: LocalFiles, image_id: str, expected: ImageFile
) -> None:
    assert image_file(image_id, files) == expected
    assert why_not_as_file(image_id, files) == ""


@pytest.mark.parametrize("image_id", ["mine:7", "example:ct", "phantom:tg18-qc"])
def test_what_a_loader_makes_has_no_file(files: LocalFiles, image_id: str) -> None:
    assert image_file(image_id, files) is None
    assert why_not_as_file(image_id, files) == ""


def test_what_can_not_be_handed_on_is_told_with_the_next_step(files: LocalFiles) -> None:
    frame = "wadors:https://host/studies/1/series/2/instances/3/frames/1"
    assert why_not_as_file(frame, files) == ("is a frame of a DICOMweb server; save its file from there, and open that")
    computed = "is computed from other images, which can be saved in its place"
    assert why_not_as_file("mpr:axial/0?volume=1", files) == computed
    assert why_not_as_file("pipe:wadouri:a.dcm", files) == computed
    files.close(["local:1"])
    assert why_not_as_file("dicomfile:1", files) == "is of a file that was closed; open it again"
