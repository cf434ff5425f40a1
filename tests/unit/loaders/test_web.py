import asyncio
import base64
import re
import struct
import tracemalloc
import zlib
from io import BytesIO

import numpy as np
import pytest
from doubles import FakeFetch
from PIL import Image as PillowImage

from loadstone.errors import DecodeError, ImageTooLargeError, NotAnImageError
from loadstone.events import ImageLoadProgress
from loadstone.fetching import Fetched
from loadstone.image import Window
from loadstone.loaders.web import decode_web_image
from loadstone.rendering import render
from loadstone.session import Session
from loadstone.view import View

LIMIT = 10_000_000
RNG = np.random.default_rng(2)
GREY8 = RNG.integers(0, 256, (7, 5), dtype=np.uint8)
GREY16 = RNG.integers(0, 65536, (7, 5), dtype=np.uint16)
RGB = RNG.integers(0, 256, (7, 5, 3), dtype=np.uint8)
RGBA = RNG.integers(0, 256, (7, 5, 4), dtype=np.uint8)


def encoded(picture, kind, **options):
    if isinstance(picture, np.ndarray):
        picture = PillowImage.fromarray(picture)
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def decoded(data, **options):
    return decode_web_image(data, "web:x", **({"sample_limit": LIMIT} | options))


# formats and depths


@pytest.mark.parametrize(
    ("pixels", "kind"),
    [
        (GREY8, "PNG"),
        (GREY8, "BMP"),
        (GREY8, "TIFF"),
        (GREY16, "PNG"),
        (GREY16, "TIFF"),
        (RGB, "PNG"),
        (RGB, "BMP"),
        (RGB, "TIFF"),
        (RGBA, "PNG"),
        (RGBA, "TIFF"),
        (GREY8.astype(np.float32) / 7, "TIFF"),
        (GREY16.astype(np.int32) * 30000 - 5, "TIFF"),
    ],
)
def test_lossless_pictures_keep_every_value_and_their_depth(pixels, kind):
    found = decoded(encoded(pixels, kind)).pixels
    assert found.dtype == pixels.dtype
    assert found.tolist() == pixels.tolist()


@pytest.mark.parametrize("pixels", [RGB, RGBA])
def test_lossless_webp_keeps_every_value(pixels):
    opaque = pixels.copy()
    opaque[..., 3:] = 255
    found = decoded(encoded(opaque, "WEBP", lossless=True)).pixels
    assert found.tolist() == opaque[..., : found.shape[2]].tolist()


@pytest.mark.parametrize(("pixels", "mode"), [(GREY8, "L"), (RGB, "RGB")])
def test_jpeg_is_what_pillow_reads(pixels, mode):
    data = encoded(pixels.repeat(8, axis=0).repeat(8, axis=1), "JPEG", quality=95)
    assert PillowImage.open(BytesIO(data)).mode == mode
    assert decoded(data).pixels.tolist() == np.asarray(PillowImage.open(BytesIO(data))).tolist()


def test_lossy_webp_is_what_pillow_reads():
    data = encoded(RGB, "WEBP", quality=80)
    assert decoded(data).pixels.tolist() == np.asarray(PillowImage.open(BytesIO(data)).convert("RGB")).tolist()


def test_big_endian_16_bit_tiff_is_in_the_machines_byte_order():
    data = b"MM\0*" + struct.pack(">I", 8 + 70)
    data += GREY16.astype(">u2").tobytes()
    tags = [
        (256, 3, 5),
        (257, 3, 7),
        (258, 3, 16),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 3, 7),
        (279, 4, 70),
    ]
    data += struct.pack(">H", len(tags))
    for tag, kind, value in tags:
        data += struct.pack(">HHI", tag, kind, 1) + (
            struct.pack(">HH", value, 0) if kind == 3 else struct.pack(">I", value)
        )
    found = decoded(data + bytes(4)).pixels
    assert (found.dtype, found.dtype.isnative) == (np.uint16, True)
    assert found.tolist() == GREY16.tolist()


def test_one_bit_becomes_black_and_white():
    bits = GREY8 > 127
    for kind in ("PNG", "TIFF", "BMP"):
        found = decoded(encoded(PillowImage.fromarray(bits), kind)).pixels
        assert found.tolist() == (bits * 255).tolist()


# colour and alpha


def test_a_palette_becomes_its_colours():
    picture = PillowImage.new("P", (3, 1))
    picture.putpalette([10, 20, 30, 40, 50, 60, 255, 0, 1])
    picture.putdata([2, 0, 1])
    for kind in ("PNG", "GIF"):
        assert decoded(encoded(picture, kind)).pixels.tolist() == [[[255, 0, 1], [10, 20, 30], [40, 50, 60]]]


def test_a_palette_with_transparency_becomes_rgba():
    picture = PillowImage.new("P", (3, 1))
    picture.putpalette([10, 20, 30, 40, 50, 60, 255, 0, 1])
    picture.putdata([2, 0, 1])
    found = decoded(encoded(picture, "PNG", transparency=bytes([255, 128, 0]))).pixels
    assert found.tolist() == [[[255, 0, 1, 0], [10, 20, 30, 255], [40, 50, 60, 128]]]


def test_rgb_with_one_transparent_colour_becomes_rgba():
    pixels = np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)
    found = decoded(encoded(pixels, "PNG", transparency=(1, 2, 3))).pixels
    assert found.tolist() == [[[1, 2, 3, 0], [4, 5, 6, 255]]]


def test_grey_with_alpha_becomes_rgba():
    found = decoded(encoded(PillowImage.fromarray(np.array([[[9, 255], [200, 7]]], np.uint8), "LA"), "PNG"))
    assert found.pixels.tolist() == [[[9, 9, 9, 255], [200, 200, 200, 7]]]


def test_alpha_reaches_the_canvas():
    pixels = np.array([[[1, 2, 3, 4], [250, 251, 252, 0]]], np.uint8)
    assert render(decoded(encoded(pixels, "PNG")), View(2, 1)).tolist() == pixels.tolist()


def test_cmyk_jpeg_becomes_rgb():
    # no ink is white, all cyan takes away red, all key is black
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255]]], np.uint8).repeat(16, axis=0).repeat(16, axis=1)
    data = encoded(PillowImage.fromarray(inks, "CMYK"), "JPEG", quality=100, subsampling=0)
    found = decoded(data).pixels.astype(int)
    assert found.shape == (16, 48, 3)
    for column, color in ((8, [255, 255, 255]), (24, [0, 255, 255]), (40, [0, 0, 0])):
        assert np.abs(found[8, column] - color).max() < 12


def test_a_gif_has_the_colours_of_its_palette():
    found = decoded(encoded(GREY8, "GIF")).pixels
    assert found.tolist() == np.stack([GREY8] * 3, axis=2).tolist()


def test_the_first_picture_of_an_animation_is_shown():
    frames = [PillowImage.new("L", (2, 1), level) for level in (10, 200)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decoded(data).pixels.reshape(2, -1)[:, 0].tolist() == [10, 10]


# EXIF orientation: what has to be done to the stored picture so that it stands upright (EXIF 2.3, 4.6.4)


@pytest.mark.parametrize(
    ("orientation", "upright"),
    [
        (1, lambda stored: stored),
        (2, np.fliplr),
        (3, lambda stored: np.rot90(stored, 2)),
        (4, np.flipud),
        (5, lambda stored: stored.T),
        (6, lambda stored: np.rot90(stored, -1)),
        (7, lambda stored: np.rot90(stored, 2).T),
        (8, np.rot90),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_exif_orientation_is_applied(orientation, upright, kind):
    exif = PillowImage.Exif()
    exif[0x0112] = orientation
    # 16 x 24 pixels in four even blocks: lossy formats keep them
    stored = np.array([[0, 80], [160, 240]], np.uint8).repeat(16, axis=0).repeat(24, axis=1)
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100}}.get(kind, {})
    found = decoded(encoded(stored, kind, exif=exif, **options)).pixels
    grey = found if found.ndim == 2 else found[..., 0]
    assert grey.shape == upright(stored).shape
    assert np.abs(grey.astype(int) - upright(stored)).max() <= 3


def test_16_bits_stay_16_bits_when_turned():
    exif = PillowImage.Exif()
    exif[0x0112] = 6
    found = decoded(encoded(GREY16, "PNG", exif=exif)).pixels
    assert found.dtype == np.uint16
    assert found.tolist() == np.rot90(GREY16, -1).tolist()


# how it is shown


def test_8_bit_grey_is_shown_as_it_is():
    image = decoded(encoded(GREY8, "PNG"))
    assert image.windows == (Window(127.5, 255.0),)
    assert render(image, View(5, 7))[..., 0].tolist() == GREY8.tolist()


def test_16_bit_grey_is_shown_over_its_own_range():
    image = decoded(encoded(np.array([[100, 200, 300]], np.uint16), "PNG"))
    assert image.windows == ()
    assert render(image, View(3, 1))[..., 0].tolist() == [[0, 128, 255]]


def test_colour_passes_through():
    assert render(decoded(encoded(RGB, "PNG")), View(5, 7))[..., :3].tolist() == RGB.tolist()


# what is no picture


def test_bytes_that_are_no_picture_are_shown_with_what_the_server_calls_them_and_the_next_step():
    with pytest.raises(NotAnImageError) as raised:
        decoded(b"<!DOCTYPE html><p>Not found", content_type="text/html")
    assert str(raised.value) == (
        "the 27 bytes (the server calls it text/html) are none of PNG, JPEG, WEBP, GIF, BMP, TIFF; "
        "they begin with b'<!DOCTYPE ht'. DICOM files need wadouri: before the address"
    )
    with pytest.raises(NotAnImageError, match=re.escape("the 0 bytes are none of PNG")):
        decoded(b"")


def test_formats_that_pillow_reads_beyond_the_listed_ones_are_refused():
    for kind in ("PPM", "TGA", "ICO"):
        with pytest.raises(NotAnImageError, match="are none of PNG, JPEG"):
            decoded(encoded(RGB, kind))


@pytest.mark.parametrize(
    ("kind", "options"),
    [("PNG", {}), ("JPEG", {}), ("WEBP", {"lossless": True}), ("GIF", {}), ("BMP", {}), ("TIFF", {})],
)
def test_a_picture_cut_off_anywhere_is_an_error_of_ours_or_the_whole_picture(kind, options):
    pixels = RGB.repeat(9, axis=0).repeat(9, axis=1)
    data = encoded(pixels, kind, **options)
    whole = decoded(data).pixels
    told = 0
    for end in sorted({*range(min(300, len(data))), *np.linspace(0, len(data) - 1, 60).astype(int).tolist()}):
        try:
            found = decoded(data[:end]).pixels
        except DecodeError:
            told += 1
        else:
            assert found.tolist() == whole.tolist()
    assert told >= 250


def test_a_cut_off_picture_is_told_with_its_length_and_the_next_step():
    data = encoded(RGB, "PNG")[:-40]
    with pytest.raises(DecodeError) as raised:
        decoded(data)
    assert re.fullmatch(
        rf"the picture of {len(data)} bytes is damaged or cut off \(\w+: .*\); compare its size with the original",
        str(raised.value),
    )


def png_that_claims(width, height, color_type=0):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, color_type, 0, 0, 0)
    palette = chunk(b"PLTE", bytes(6)) if color_type == 3 else b""
    rows = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + rows + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height", "color_type"),
    [(100_000, 100_000, 0), (10_000, 10_000, 0), (3000, 3334, 0), (2000, 2000, 2), (2000, 2000, 3)],
)
def test_a_picture_of_more_samples_than_the_limit_is_refused_before_memory_is_asked_for(
    width, height, color_type, recwarn
):
    data = png_that_claims(width, height, color_type)
    tracemalloc.start()
    with pytest.raises(ImageTooLargeError) as raised:
        decoded(data)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    samples = {0: 1, 2: 3, 3: 4}[color_type]
    assert str(raised.value) == (
        f"the picture has {width} x {height} pixels of {samples} samples, more than the limit of 10000000 samples; "
        "make it smaller, or raise the session's sample_limit"
    )
    assert not recwarn


def test_the_limit_on_samples_is_ours_and_pillows_stays_as_it_was_for_others(monkeypatch):
    monkeypatch.setattr(PillowImage, "MAX_IMAGE_PIXELS", 10)
    assert decoded(encoded(RGB, "PNG")).pixels.shape == (7, 5, 3)
    with pytest.raises(NotAnImageError):
        decoded(b"no picture")
    assert PillowImage.MAX_IMAGE_PIXELS == 10


def test_what_pillow_warns_of_is_kept_with_the_picture_and_not_printed(recwarn):
    # an EXIF directory of five entries that ends within the first
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03\0\0"
    found = decoded(encoded(GREY8, "JPEG", exif=exif))
    assert found.warnings == ("Corrupt EXIF data.  Expecting to read 12 bytes but only got 6. ",)
    assert not recwarn


# the loader


PNG = encoded(GREY8, "PNG")


@pytest.mark.parametrize(
    ("image_id", "url"),
    [
        ("web:https://host/a.png?token=1&frame=2", "https://host/a.png?token=1&frame=2"),
        ("https://host/a.png", "https://host/a.png"),
        ("http://host/a.png", "http://host/a.png"),
        ("blob:https://host/1-2", "blob:https://host/1-2"),
        ("web:blob:https://host/1-2", "blob:https://host/1-2"),
    ],
)
async def test_the_address_is_what_the_image_id_says(image_id, url):
    fetch = FakeFetch({url: PNG})
    image = await Session(fetch=fetch).load_image(image_id)
    assert image.pixels.tolist() == GREY8.tolist()
    assert image.image_id == image_id
    assert [asked for asked, _ in fetch.requests] == [url]


async def test_a_data_address_needs_no_network():
    image_id = "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert (await Session().load_image(image_id)).pixels.tolist() == GREY8.tolist()


async def test_progress_is_reported():
    session, heard = Session(fetch=FakeFetch({"http://h/a": PNG})), []
    session.events.add_listener(ImageLoadProgress, heard.append)
    await session.load_image("web:http://h/a")
    half, whole = len(PNG) // 2, len(PNG)
    assert [(e.image_id, e.url, e.loaded, e.total) for e in heard] == [
        ("web:http://h/a", "http://h/a", half, whole),
        ("web:http://h/a", "http://h/a", whole, whole),
    ]


async def test_the_content_type_of_the_answer_is_told_where_it_is_no_picture():
    async def fetch(url, *, headers, progress=None):
        await asyncio.sleep(0)
        return Fetched(b"<html>", "text/html; charset=utf-8")

    with pytest.raises(NotAnImageError, match=re.escape("(the server calls it text/html; charset=utf-8)")) as raised:
        await Session(fetch=fetch).load_image("http://h/a")
    assert raised.value.image_id == "http://h/a"


def test_a_png_with_sixteen_bits_for_each_colour_says_that_it_loses_depth():
    # Pillow writes no such file: one pixel, RGB, put together chunk by chunk as PNG 5.3 says
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\x00\x12\x34\x56\x78\x9a\xbc"))
        + chunk(b"IEND", b"")
    )
    image = decode_web_image(png, "web:x", sample_limit=100)
    assert image.pixels.tolist() == [[[0x12, 0x56, 0x9A]]]
    assert image.warnings == ("this PNG has 16 bits for each colour; Pillow reads 8 of them, the lower 8 are lost",)
