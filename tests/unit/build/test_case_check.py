"""A case tried out on this machine: loaders run, images load, or one line says which does not."""

import pytest
from made_wheel import made_wheel

from loadstone_build.case import Case, CaseStack
from loadstone_build.case_check import check_case
from loadstone_build.errors import BuildError

LOADER = """
import numpy as np

def register(session):
    async def load(image_id, options):
        data = await session.fetch(f"files/{image_id.partition(':')[2]}")
        return np.frombuffer(data, "u1").reshape(2, 3)

    session.register_image_loader("mine", load)
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files/a b.raw").write_bytes(bytes(6))
    return tmp_path


def case(tmp_path, source, *image_ids, **more):
    path = tmp_path / "mine.py"
    path.write_text(source)
    return Case("Case", (CaseStack("Mine", image_ids),), loaders=(path,), **more)


def test_loaders_read_files_of_the_case_by_relative_addresses(site):
    check_case(case(site, LOADER, "mine:a%20b.raw"), site)


def test_an_image_that_can_not_be_loaded_is_told_with_its_stack_and_the_next_step(site):
    told = r"mine:none\.raw, of the stack Mine: .*files/none\.raw.*what a loader reads is given by --file"
    with pytest.raises(BuildError, match=told) as raised:
        check_case(case(site, LOADER, "mine:a%20b.raw", "mine:none.raw"), site)
    # the folder in which the case is made is no user's business
    assert str(site) not in str(raised.value)


def test_an_id_without_a_loader_is_told(site):
    with pytest.raises(
        BuildError, match=r"other:1, of the stack Mine: .*other.* or build without this check by --no-check"
    ):
        check_case(case(site, LOADER, "other:1"), site)


def test_a_loader_that_raises_is_told_with_its_line(site):
    with pytest.raises(BuildError, match=r"mine\.py.*line 3.*division by zero"):
        check_case(case(site, "\ndef register(session):\n    1 / 0\n", "mine:1"), site)


def test_loaders_may_await_and_import_the_wheels_of_the_case(site):
    (site / "wheels").mkdir()
    wheel = site / "wheels/made_for_case-1.0-py3-none-any.whl"
    wheel.write_bytes(made_wheel("made_for_case", "1.0", "SIZE = (2, 3)\n"))
    source = """
import asyncio, made_for_case, numpy as np
await asyncio.sleep(0)
session.register_image_loader("mine", lambda image_id, options: np.zeros(made_for_case.SIZE, "u1"))
"""
    check_case(case(site, source, "mine:1", packages=(wheel,)), site)
