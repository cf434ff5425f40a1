"""Compressed DICOM in the page: decoder workers decode it, and what kills one of them kills nothing else."""

import base64
import hashlib
import io
from typing import Any

import imagecodecs
import pytest
from damaged_codestreams import WORDS
from part10 import SIXTEEN_BITS, bundled, part10
from playwright.sync_api import Page
from pydicom import dcmread
from pydicom.encaps import encapsulate


@pytest.fixture(scope="module")
def page(api_page: Page, site: str) -> Page:
    """The page with the API, and beside it a pool of one decoder as ``pool``."""
    api_page.evaluate(f"""async () => {{
        const {{ DecoderPool }} = await import("{site}decoder_pool.js");
        globalThis.pool = new DecoderPool(1);
        globalThis.sha256 = async (pixels) =>
          new Uint8Array(await crypto.subtle.digest("SHA-256", pixels)).toHex();
    }}""")
    return api_page


def load(page: Page, data: bytes) -> Any:
    """The sha256 of the stored values in the page, or the error's message."""
    image_id = "wadouri:data:application/dicom;base64," + base64.b64encode(data).decode()
    return page.evaluate(
        """(imageId) => loadstone.loadImage(imageId).promise.then(
            (image) => sha256(image.getPixelData()), (error) => error.message)""",
        image_id,
    )


@pytest.mark.parametrize(
    ("compressed", "plain"),
    [
        ("MR_small_RLE.dcm", "MR_small.dcm"),
        ("MR_small_jpeg_ls_lossless.dcm", "MR_small.dcm"),
        ("MR_small_jp2klossless.dcm", "MR_small.dcm"),
        ("SC_rgb_jpeg_gdcm.dcm", "SC_rgb_rle.dcm"),
        ("SC_rgb_rle.dcm", "SC_rgb_rle.dcm"),
    ],
)
def test_lossless_files_have_the_values_that_pydicom_reads_from_their_twins(
    page: Page, compressed: str, plain: str
) -> None:
    expected = dcmread(io.BytesIO(bundled(plain))).pixel_array
    assert load(page, bundled(compressed)) == hashlib.sha256(expected.tobytes()).hexdigest()


def test_both_decoders_of_htj2k_give_the_values_that_were_encoded(page: Page) -> None:
    elements = SIXTEEN_BITS | {"Rows": WORDS.shape[0], "Columns": WORDS.shape[1]}
    codestream = bytes(imagecodecs.htj2k_encode(WORDS))
    # without its end marker it goes to OpenJPEG
    for frame in (codestream, codestream[:-2]):
        made = part10(elements, encapsulate([frame]), syntax="1.2.840.10008.1.2.4.201", vr="OB")
        assert load(page, made) == hashlib.sha256(WORDS.tobytes()).hexdigest()


def test_what_was_odd_about_a_codestream_comes_with_the_image(page: Page) -> None:
    # the same length: JPEG-LS lossless labelled JPEG 2000 lossless
    mislabelled = bundled("MR_small_jpeg_ls_lossless.dcm").replace(b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.90")
    image_id = "wadouri:data:application/dicom;base64," + base64.b64encode(mislabelled).decode()
    warnings = page.evaluate("async (imageId) => (await loadstone.loadImage(imageId).promise).warnings", image_id)
    assert warnings == ["the transfer syntax 1.2.840.10008.1.2.4.90 is for JPEG 2000, the frame is JPEG-LS"]
    expected = dcmread(io.BytesIO(bundled("MR_small.dcm"))).pixel_array
    assert load(page, mislabelled) == hashlib.sha256(expected.tobytes()).hexdigest()


def test_a_damaged_frame_is_told_with_its_number_and_the_next_image_decodes(page: Page) -> None:
    whole = bundled("MR_small_jp2klossless.dcm")
    said = load(page, whole.replace(b"\xff\x4f\xff\x51", b"\xff\x4f\xff\x00"))
    assert "frame 1 of 1, " in said
    assert "bytes of JPEG 2000 Image Compression (Lossless Only): the codestream" in said
    expected = dcmread(io.BytesIO(bundled("MR_small.dcm"))).pixel_array
    assert load(page, whole) == hashlib.sha256(expected.tobytes()).hexdigest()


FRAME = """const frame = () => [new Uint8Array(%s), { transferSyntax: "1.2.840.10008.1.2.5", description: {
  rows: 2, columns: 3, samples_per_pixel: 1, bits_allocated: 8, bits_stored: 8, high_bit: 7, is_signed: false,
  is_float: false, planar_configuration: 0, photometric_interpretation: "MONOCHROME2", is_little_endian: true } }];
""" % [1, 0, 0, 0, 64, *[0] * 59, 5, 9, 8, 7, 6, 5, 4]  # PS3.5 G.3: one segment at 64, six literal bytes


def test_a_decoder_that_dies_fails_its_frame_alone_and_is_replaced(page: Page) -> None:
    answers = page.evaluate(f"""async () => {{
        {FRAME}
        const before = pool.decode(...frame(), [0, 0]).promise;
        // no description at all: an error that Python does not expect, as an abort of its interpreter is
        const deadly = pool.decode(new Uint8Array(1), {{ transferSyntax: "x" }}, [0, 1]).promise;
        const after = pool.decode(...frame(), [0, 2]).promise;
        return [Array.from((await before).data), await deadly.then(() => null, (error) => error.message),
          Array.from((await after).data)];
    }}""")
    assert answers[0] == answers[2] == [9, 8, 7, 6, 5, 4]
    assert "KeyError" in answers[1]


def test_urgent_and_hastened_frames_go_first_and_cancelled_ones_never_run(page: Page) -> None:
    order = page.evaluate(f"""async () => {{
        {FRAME}
        const order = [];
        const ask = (name, urgency) => {{
          const job = pool.decode(...frame(), urgency);
          return {{ ...job, promise: job.promise.then(() => order.push(name), () => order.push(`no ${{name}}`)) }};
        }};
        const jobs = [ask("running", [3, 0]), ask("prefetch", [2, 0]), ask("dropped", [1, 0]),
          ask("late", [0, 5]), ask("urgent", [0, -1]), ask("hastened", [2, 1])];
        jobs[2].cancel();
        jobs[5].hasten([0, 2]);
        jobs[4].hasten([3, 0]);
        await Promise.all(jobs.map(({{ promise }}) => promise));
        return order;
    }}""")
    assert order == ["no dropped", "running", "urgent", "hastened", "late", "prefetch"]


def test_a_cancelled_frame_that_does_not_end_frees_its_place_for_the_next(page: Page) -> None:
    with page.expect_worker() as decoder:
        page.evaluate(f"""async () => {{
            {FRAME}
            globalThis.single = new pool.constructor(1);
            await single.decode(...frame(), [0, 0]).promise;
        }}""")
    decoder.value.evaluate("""() => {
        const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
        typedArray.set = () => { for (;;); };
    }""")
    outcome = page.evaluate(f"""async () => {{
        {FRAME}
        const endless = single.decode(...frame(), [0, 0]);
        const next = single.decode(...frame(), [0, 1]).promise;
        endless.cancel();
        const patience = new Promise((resolve) => setTimeout(resolve, 30_000, {{ data: "nothing came" }}));
        return [await endless.promise.catch((error) => error.message),
          Array.from((await Promise.race([next, patience])).data)];
    }}""")
    assert outcome == ["cancelled", [9, 8, 7, 6, 5, 4]]


def test_a_decoder_gives_its_memory_back_after_a_large_frame(page: Page) -> None:
    with page.expect_worker() as decoder:
        page.evaluate(f"""async () => {{
            {FRAME}
            globalThis.roomy = new pool.constructor(1);
            await roomy.decode(...frame(), [0, 0]).promise;
        }}""")
    ended: list[str] = []
    decoder.value.on("close", lambda worker: ended.append(worker.url))
    # 0x81 repeats the next byte 128 times (PS3.5 G.3.1)
    seen = page.evaluate(f"""async () => {{
        {FRAME}
        const [small, parameters] = frame();
        const side = 128 * 92;
        const runs = side * side / 128;
        const codestream = new Uint8Array(64 + 2 * runs);
        codestream.set(small.subarray(0, 64));
        for (let n = 0; n < runs; n += 1) {{
            codestream.set([0x81, 7], 64 + 2 * n);
        }}
        const description = {{ ...parameters.description, rows: side, columns: side }};
        const {{ data }} = await roomy.decode(codestream, {{ ...parameters, description }}, [0, 0]).promise;
        return [data.length, data[0], data.at(-1)];
    }}""")
    assert seen == [11776 * 11776, 7, 7]
    again = page.evaluate(
        f"async () => {{ {FRAME} return Array.from((await roomy.decode(...frame(), [0, 0]).promise).data); }}"
    )
    assert again == [9, 8, 7, 6, 5, 4]
    # a frame was decoded in between, but the news of the end may come later still
    for _ in range(100):
        if not ended:
            page.wait_for_timeout(100)
    assert len(ended) == 1


# as a codec does that writes where it must not: the next codestream that is copied into this decoder's interpreter
# overwrites all of its memory
OVERWRITE_MEMORY = """() => {
    const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
    const { set } = typedArray;
    typedArray.set = function (...parts) {
        set.apply(this, parts);
        if (this.length > 1e6) {
            this.fill(255);
        }
    };
}"""


def test_a_decoder_whose_webassembly_instance_crashes_costs_one_frame_and_nothing_else(page: Page) -> None:
    data = bundled("MR_small_jp2klossless.dcm")
    # a fresh engine starts its decoder now, so it is known which worker that is
    page.evaluate("loadstone.restart()")
    with page.expect_worker() as decoder:
        assert not load(page, data).startswith("wadouri")
    crashing = decoder.value
    with page.expect_worker() as replacement:
        crashing.evaluate(OVERWRITE_MEMORY)
        outcome = page.evaluate(
            """async (base64) => {
            const heard = [];
            loadstone.events.addEventListener("LOADSTONE_ENGINE_STOPPED", () => heard.push("the engine stopped"));
            await loadstone.loadAndCacheImage("example:ct").promise;
            const file = new Blob([Uint8Array.fromBase64(base64)]);
            const ids = Array.from({ length: 8 }, () => `wadouri:${URL.createObjectURL(file)}`);
            const said = await Promise.all(ids.map((id) => loadstone.loadAndCacheImage(id).promise.then(
                (image) => sha256(image.getPixelData()), (error) => [error.name, error.imageId, error.message])));
            const { numberOfImagesCached } = await loadstone.cache.getCacheInfo();
            return { ids, said, numberOfImagesCached, heard };
            }""",
            base64.b64encode(data).decode(),
        )
    assert replacement.value.url.endswith("decoder.js")
    failed = {
        image_id: said for image_id, said in zip(outcome["ids"], outcome["said"], strict=True) if isinstance(said, list)
    }
    (image_id,) = failed
    name, told_id, message = failed[image_id]
    assert (name, told_id) == ("DecodeError", image_id)
    assert message.startswith(
        f"{image_id}: frame 1 of 1, 4314 bytes of JPEG 2000 Image Compression (Lossless Only): the decoder"
    )
    assert "memory access out of bounds" in message
    expected = dcmread(io.BytesIO(bundled("MR_small.dcm"))).pixel_array
    assert [said for said in outcome["said"] if isinstance(said, str)] == 7 * [
        hashlib.sha256(expected.tobytes()).hexdigest()
    ]
    # the seven and the CT: the cache and the engine have felt nothing
    assert (outcome["numberOfImagesCached"], outcome["heard"]) == (8, [])
