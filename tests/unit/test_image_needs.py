"""imagecodecs without the codecs that nobody needs; what files need is tested with the host's needs."""

import io
import zipfile

from loadstone.image_needs import wheel_for

MEMBERS = {
    "imagecodecs/__init__.pyc": b"a",
    "imagecodecs/_jpeg8.pyc": b"b",
    "imagecodecs/_jpeg8.wasm": b"c",
    "imagecodecs/_jpegls.pyc": b"d",
    "imagecodecs/_jpegls.wasm": b"e",
    "imagecodecs/imagecodecs.pyc": b"f",
    "imagecodecs-1.dist-info/METADATA": b"Name: imagecodecs",
    "imagecodecs-1.dist-info/RECORD": b"imagecodecs/_jpeg8.wasm,sha256=x,1\nimagecodecs/_jpegls.wasm,sha256=y,1\n",
}


def test_a_wheel_for_one_codec_has_all_but_the_other_extension_modules() -> None:
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)
    trimmed = wheel_for({"_jpegls"}, wheel.getvalue())
    with zipfile.ZipFile(io.BytesIO(trimmed)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    expected = {name: content for name, content in MEMBERS.items() if "_jpeg8" not in name}
    expected["imagecodecs-1.dist-info/RECORD"] = b"imagecodecs/_jpegls.wasm,sha256=y,1\n"
    assert kept == expected
    assert wheel_for({"_jpegls"}, wheel.getvalue()) == trimmed
