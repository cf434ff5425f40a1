import asyncio
import weakref

import pytest
from doubles import FakeFetch
from packed import Gone, InMemory, zipped

from loadstone.errors import LocalFileError
from loadstone.local_files import LocalFiles, PathFile, files_below, local_address, with_local_files


def fetched(files, url, progress=None):
    network = FakeFetch({"https://host/a": b"from far"})
    fetch = with_local_files(network, files)
    data = asyncio.run(fetch(url, headers={}, progress=progress)).data
    return data, [url for url, _ in network.requests]


def test_files_are_numbered_on_from_the_highest():
    files = LocalFiles()
    assert files.add([InMemory(b"a"), InMemory(b"b")]) == range(1, 3)
    assert files.add([InMemory(b"c")], first=10) == range(10, 11)
    assert files.add([InMemory(b"d")]) == range(11, 12)
    assert files.add([]) == range(12, 12)
    assert [files[number].read(0, 9) for number in (1, 2, 10, 11)] == [b"a", b"b", b"c", b"d"]


def test_a_number_that_is_given_again_names_the_new_file():
    files = LocalFiles()
    files.add([InMemory(zipped({"a": b"old"}))], first=1)
    assert files.at("local:1/0").read(0, 9) == b"old"
    files.add([InMemory(zipped({"a": b"new"}))], first=1)
    assert files.at("local:1/0").read(0, 9) == b"new"


def test_local_addresses_are_answered_from_the_files_and_nothing_is_sent():
    files = LocalFiles()
    files.add([InMemory(b"abc"), InMemory(zipped({"x": b"1", "y": b"22"}))])
    told = []
    assert fetched(files, "local:1", lambda *step: told.append(step)) == (b"abc", [])
    assert fetched(files, "local:2/1") == (b"22", [])
    assert told == [(3, 3)]


def test_a_file_is_read_by_what_is_given_for_it_and_others_run_meanwhile():
    files = LocalFiles()
    files.add([InMemory(b"abc", "a")])
    order = []

    async def slowly(file):
        order.append(f"{file.path} asked for")
        await asyncio.sleep(0)
        order.append(f"{file.path} read")
        return file.read(0, file.size)

    async def other():
        order.append("other")

    async def main():
        fetch = with_local_files(FakeFetch({}), files, slowly)
        fetched, _ = await asyncio.gather(fetch("local:1", headers={}), other())
        return fetched.data

    assert asyncio.run(main()) == b"abc"
    assert order == ["a asked for", "other", "a read"]


def test_other_addresses_go_on():
    assert fetched(LocalFiles(), "https://host/a") == (b"from far", ["https://host/a"])


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("local:7", "local:7: no file of this number was opened here; open the file again"),
        ("local:x", "local:x is no address of an opened file; write local:7, or local:7/2 in a ZIP"),
        ("local:1/x", "local:1/x is no address of an opened file; write local:7, or local:7/2 in a ZIP"),
        ("local:1/", "local:1/ is no address of an opened file; write local:7, or local:7/2 in a ZIP"),
        ("local:1/2", "cd.zip: the ZIP archive of 3 bytes is damaged or cut off"),
    ],
)
def test_a_wrong_address_is_told(url, message):
    files = LocalFiles()
    files.add([InMemory(b"abc")])
    with pytest.raises(LocalFileError) as raised:
        fetched(files, url)
    assert str(raised.value).startswith(message)


def test_a_file_that_became_shorter_is_told():
    files = LocalFiles()
    files.add([InMemory(b"abc", "a.dcm", size=10)])
    with pytest.raises(
        LocalFileError, match=r"^a\.dcm: only 3 of 10 bytes can be read; it has changed, open it again$"
    ):
        fetched(files, "local:1")


def test_a_file_of_the_disk_is_read_in_part(tmp_path):
    (tmp_path / "a.dcm").write_bytes(b"0123456789")
    file = PathFile(tmp_path / "a.dcm")
    assert (file.path, file.size, file.read(2, 5), file.read(8, 20)) == ("a.dcm", 10, b"234", b"89")


def test_a_file_that_is_gone_is_named(tmp_path):
    (tmp_path / "a.dcm").write_bytes(b"0123456789")
    file = PathFile(tmp_path / "a.dcm", "cd/a.dcm")
    (tmp_path / "a.dcm").unlink()
    with pytest.raises(LocalFileError) as raised:
        file.read(0, 5)
    assert str(raised.value) == (
        "cd/a.dcm can not be read (No such file or directory): was it moved, renamed or removed? Open it again"
    )
    with pytest.raises(LocalFileError, match=r"^a\.dcm can not be read"):
        PathFile(tmp_path / "a.dcm")


def test_a_folder_gives_its_files_with_their_paths(tmp_path):
    folder = tmp_path / "cd"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "2").write_bytes(b"2")
    (folder / "a").write_bytes(b"1")
    assert [file.path for file in files_below(folder)] == ["cd/a", "cd/b/2"]
    assert [file.path for file in files_below(folder / "a")] == ["a"]


def test_a_closed_file_is_let_go_and_its_number_names_no_other():
    files = LocalFiles()
    file = InMemory(b"a")
    kept = weakref.ref(file)
    files.add([file, InMemory(b"b")])
    del file
    told = []
    files.on_close(told.append)
    files.close(["local:2", "local:1", "local:9"])
    files.close(["local:1"])
    assert told == [["local:2", "local:1"]]
    assert kept() is None
    assert files.add([InMemory(b"c")]) == range(3, 4)
    with pytest.raises(LocalFileError) as raised:
        fetched(files, "local:1")
    assert str(raised.value) == "local:1: this file was closed; open it again to load its images"


def test_a_closed_member_leaves_the_others_and_the_archive_goes_with_the_last():
    files = LocalFiles()
    archive = InMemory(zipped({"a": b"1", "b/": b"", "c": b"3"}))
    kept = weakref.ref(archive)
    files.add([archive])
    del archive
    told = []
    files.on_close(told.append)
    files.close(["local:1/0"])
    assert files.at("local:1/2").read(0, 9) == b"3"
    with pytest.raises(LocalFileError, match=r"^local:1/0: this file was closed; open it again to load its images$"):
        files.at("local:1/0")
    assert kept() is not None
    files.close(["local:1/2"])
    assert told == [["local:1/0"], ["local:1/2", "local:1"]]
    assert kept() is None
    with pytest.raises(LocalFileError, match=r"^local:1/0: this file was closed"):
        files.at("local:1/0")


def test_a_number_that_is_given_again_is_open():
    files = LocalFiles()
    files.add([InMemory(b"a"), InMemory(zipped({"a": b"1", "b": b"2"}))])
    files.close(["local:1", "local:2/0"])
    files.add([InMemory(b"c"), InMemory(zipped({"a": b"3", "b": b"4"}))], first=1)
    assert files.at("local:1").read(0, 9) == b"c"
    assert files.at("local:2/0").read(0, 9) == b"3"


def test_all_but_some_files_are_closed():
    files = LocalFiles()
    files.add([InMemory(b"a"), InMemory(b"b"), InMemory(zipped({"a": b"1", "b": b"2"})), InMemory(b"d")])
    told = []
    files.on_close(told.append)
    files.close_others(range(1, 4), ["local:2", "local:3/1"])
    assert told == [["local:1", "local:3/0"]]
    files.close_others(range(1, 4), [])
    assert told[1:] == [["local:2", "local:3"]]
    assert files[4].read(0, 9) == b"d"


def test_an_archive_that_is_gone_can_be_closed():
    files = LocalFiles()
    files.add([Gone(b"", "cd.zip")])
    files.close(["local:1/0"])
    with pytest.raises(LocalFileError, match=r"^local:1/0: this file was closed"):
        files.at("local:1/0")


@pytest.mark.parametrize(
    ("image_id", "address"),
    [
        ("dicomfile:7", "local:7"),
        ("DICOMFILE:7/2?frame=3", "local:7/2"),
        ("wadouri:local:7?frame=2", "local:7"),
        ("web:local:7/0", "local:7/0"),
        ("local:7", "local:7"),
        ("https://host/local:7", None),
        ("nifti:brain.nii", None),
        ("no id", None),
    ],
)
def test_image_ids_name_opened_files(image_id, address):
    assert local_address(image_id) == address
