from loadstone_build.demo import Row, format_table


def test_the_table_is_aligned_and_shows_failures() -> None:
    rows: list[Row] = [
        Row(
            imageId="example:ct", size="128 x 128", photometric="MONOCHROME2", milliseconds=4.4, sha256="ab12", error=""
        ),
        Row(imageId="example:x", size="", photometric="", milliseconds=0, sha256="", error="no such sample"),
    ]
    assert format_table(rows).splitlines() == [
        "image id    rows x columns  photometric interpretation  load ms  sha256 of the stored pixels",
        "example:ct       128 x 128  MONOCHROME2                       4  ab12",
        "example:x                                                     0  FAILED: no such sample",
    ]
