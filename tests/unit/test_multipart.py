import pytest

from loadstone.errors import DecodeError, TruncatedError
from loadstone.fetching import Fetched
from loadstone.multipart import MediaType, parts_of

BODY = (
    b"--b\r\nContent-Type: image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90\r\nContent-Length: 4\r\n\r\n"
    b"\r\n-\r\r\n--b\r\n\r\n--bc\r\n--b--\r\n"
)


def parts(body, content_type="multipart/related; boundary=b"):
    return parts_of(Fetched(body, content_type))


def test_parts_come_byte_for_byte_with_their_types():
    first, second = parts(BODY)
    assert (first.data, second.data) == (b"\r\n-\r", b"--bc")
    assert first.media_type == MediaType("image/jp2", {"transfer-syntax": "1.2.840.10008.1.2.4.90"})
    assert second.media_type == MediaType()


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/related; boundary=b",
        'multipart/related; boundary="b"; type="application/octet-stream"',
        "Multipart/Related;type=application/octet-stream;BOUNDARY=b",
        'multipart/related; type="image/jp2"; start="<a;b>"; boundary="b"',
        "multipart/mixed; boundary=b",
        "multipart/related; boundary*=utf-8''b",
        "multipart/related; charset=utf-8; boundary=b;",
    ],
)
def test_the_boundary_may_be_quoted_and_stand_anywhere(content_type):
    assert parts(BODY, content_type)[0].data == b"\r\n-\r"


def test_a_boundary_may_hold_spaces_and_signs():
    body = b"--a (b)?=/c\r\n\r\nx\r\n--a (b)?=/c--"
    assert parts(body, 'multipart/related; boundary="a (b)?=/c"')[0].data == b"x"


def test_what_stands_before_the_first_and_behind_the_last_boundary_is_passed_over():
    body = b"This is multipart.\r\n--b\r\n\r\nx\r\n--b--\r\nThe end.\r\n--b\r\n"
    assert [part.data for part in parts(body)] == [b"x"]


def test_an_answer_that_is_not_multipart_is_its_own_part():
    (part,) = parts(b"pixels", "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")
    assert part.data == b"pixels"
    assert part.media_type.parameters == {"transfer-syntax": "1.2.840.10008.1.2.1"}
    assert parts(b"pixels", "")[0].media_type == MediaType()


@pytest.mark.parametrize("length", range(3, len(BODY) - 4))
def test_a_body_that_stops_anywhere_is_told_as_such(length):
    with pytest.raises(TruncatedError) as raised:
        parts(BODY[:length])
    assert str(raised.value) == (
        f"the multipart body ends after {length} bytes without its closing boundary --b--: the server or a proxy "
        "stopped in the middle; try again"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "of 0 bytes has no boundary 'b', which its Content-Type names; it begins with b''"),
        (b"<html>log in</html>", "19 bytes has no boundary 'b', .* begins with b'<html>log in</html>'"),
        (b"--c\r\n\r\nx\r\n--c--", "15 bytes has no boundary 'b'"),
        (b"--b\r\nno header\r\n\r\nx\r\n--b--", "malformed behind part 0"),
        (b"--b\n\nx\n--b--\n", "malformed behind part 0"),
        (b"--b\r\n\r\nx\r\n--b\r\n: empty\r\n\r\nx\r\n--b--", "malformed behind part 1"),
        (b"--b--\r\n", "has no part in it; look at the server's log"),
    ],
)
def test_a_malformed_body_is_told_with_what_is_wrong(body, message):
    with pytest.raises(DecodeError, match=message):
        parts(body)


def test_a_content_type_without_a_boundary_is_told():
    with pytest.raises(DecodeError, match="the server gave 'multipart/related' without a boundary"):
        parts(BODY, "multipart/related")


def test_a_boundary_that_is_too_long_is_told():
    boundary = "b" * 300
    body = f"--{boundary}\r\n\r\nx\r\n--{boundary}--".encode()
    with pytest.raises(DecodeError, match=r"malformed .*exceeds maximum"):
        parts(body, f"multipart/related; boundary={boundary}")
