import math
import re
from pathlib import Path

import pytest

import loadstone
from loadstone._browser import parameters
from loadstone._browser.parameters import Parameters
from loadstone.errors import InvalidArgumentError


def test_what_is_given_is_there_and_null_is_not():
    given = Parameters("loadImage", {"imageId": "x:1", "requestType": None, "priority": 3})
    assert (given["imageId"], given.get("requestType"), given.get("priority")) == ("x:1", None, 3)


@pytest.mark.parametrize("values", [{}, {"imageId": None}])
def test_a_missing_parameter_is_told_with_its_method(values):
    with pytest.raises(InvalidArgumentError) as raised:
        Parameters("loadImage", values)["imageId"]
    assert str(raised.value) == "loadImage needs the parameter imageId; give the text of an image id"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("imageId", 5, "imageId=5; give the text of an image id"),
        ("imageIds", "x:1", "imageIds='x:1'; give an array of image ids"),
        ("imageIds", ["x:1", None], "imageIds=['x:1', None]; give an array of image ids"),
        ("index", "1", "index='1'; give a number, counted from 0"),
        ("size", math.nan, "size=nan; give a number of canvas pixels"),
        ("x", math.inf, "x=inf; give a number of canvas pixels"),
        ("y", 10**400, "give a number of canvas pixels"),
        ("y", True, "y=True; give a number of canvas pixels"),
        ("bytes", [], "bytes=[]; give a number of bytes"),
        ("samples", 0, "samples=0; give a number of samples, 1 or more, rows x columns x samples per pixel"),
        ("view", 7, "view=7; give an object with a width and a height"),
        ("headers", "A: b", "headers='A: b'; give an object of header names and values"),
        ("source", 1, "source=1; give the text of a Python program"),
        ("files", {}, "files={}; give an array of files"),
        ("paths", ["a", None], "give an array of the files' paths"),
        ("sizes", 5, "sizes=5; give an array of the files' sizes in bytes"),
        ("first", "1", "first='1'; give the number of the first file"),
        ("closed", ["local:1"], "closed=['local:1']; give a set of the addresses of closed files"),
        ("opening", None.__class__, "give the number of an opening of files"),
        ("type", {}, "type={}; give the name of a metadata module"),
        ("scaled", 1, "scaled=1; give true or false"),
    ],
)
def test_a_parameter_of_another_kind_is_told_with_its_value_and_what_to_give(name, value, message):
    with pytest.raises(InvalidArgumentError) as raised:
        Parameters("method", {name: value})
    assert str(raised.value).startswith(f"method: {name}=")
    assert str(raised.value).endswith(message)


def test_every_parameter_that_the_engine_asks_for_has_a_kind():
    # the calls themselves can be imported in the browser only
    calls = Path(loadstone.__file__).parent / "_browser" / "calls"
    asked = {
        name
        for path in calls.glob("*.py")
        for pattern in (r'params\["(\w+)"\]', r'params\.get\("(\w+)"', r'"(\w+)" in params')
        for name in re.findall(pattern, path.read_text(encoding="utf-8"))
    }
    # the session checks these two itself
    assert asked - {"requestType", "priority"} == set(parameters._KINDS)
