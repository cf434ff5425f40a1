"""What crosses into JavaScript is plain data."""

import json

import pytest
from pytest_pyodide import run_in_pyodide

DTYPES = [
    ("bool", "Uint8Array", [1, 0]),
    ("uint8", "Uint8Array", [1, 250]),
    ("int8", "Int8Array", [-3, 4]),
    ("uint16", "Uint16Array", [1, 65535]),
    ("int16", "Int16Array", [-32768, 7]),
    ("uint32", "Uint32Array", [1, 4294967295]),
    ("int32", "Int32Array", [-2147483648, 1]),
    ("int64", "Float64Array", [-5, 9007199254740991]),
    ("float16", "Float32Array", [0.5, -2]),
    ("float32", "Float32Array", [0.5, -2]),
    ("float64", "Float64Array", [0.1, -2]),
]


@run_in_pyodide(packages=["loadstone"])
def crossed(selenium, dtype, values):
    import numpy

    from loadstone._browser.plain import typed_array
    from loadstone.description import array_name

    array = typed_array(numpy.array([values], dtype))
    return [array.constructor.name, list(array), array_name(numpy.dtype(dtype))]


@pytest.mark.parametrize(("dtype", "name", "values"), DTYPES)
def test_each_type_of_pixel_becomes_a_typed_array_of_the_same_values(selenium, dtype, name, values):
    assert crossed(selenium, dtype, values) == [name, values, name]


@run_in_pyodide(packages=["loadstone"])
def crossed_transposed(selenium):
    import numpy

    from loadstone._browser.plain import typed_array

    return list(typed_array(numpy.arange(6, dtype="u1").reshape(2, 3).T))


def test_pixels_that_are_not_contiguous_cross_in_row_major_order(selenium):
    assert crossed_transposed(selenium) == [0, 3, 1, 4, 2, 5]


@run_in_pyodide(packages=["loadstone"])
def as_json(selenium):
    import numpy
    from pyodide.code import run_js

    from loadstone._browser.plain import plain

    # JSON leaves undefined out and refuses BigInt
    stringify = run_js("(value) => JSON.stringify(value, (_, item) => item === undefined ? 'undefined' : item)")
    value = {
        "none": None,
        "nested": [None, {"none": (None, 1)}],
        "whole": [2**52 - 1, 2**52 + 1, 2**53 - 1, 2**53, -(2**60), True],
        "numpy": [numpy.int64(-(2**60)), numpy.float32(0.5), numpy.bool_(True)],
    }
    return [stringify(plain(value)), stringify(plain(None))]


def test_none_is_null_and_every_number_a_number(selenium):
    text, none = as_json(selenium)
    assert json.loads(text, parse_int=float) == {
        "none": None,
        "nested": [None, {"none": [None, 1]}],
        "whole": [2**52 - 1, 2**52 + 1, 2**53 - 1, 2**53, -(2**60), True],
        "numpy": [-(2**60), 0.5, True],
    }
    assert none == "null"


@run_in_pyodide(packages=["loadstone"])
def crossed_in_a_module(selenium):
    import numpy

    from loadstone._browser.plain import plain

    item = plain({"luts": [{"lut": numpy.array([1, 65535], "u2")}]}).luts[0]
    return [item.lut.constructor.name, list(item.lut)]


def test_arrays_within_plain_data_become_typed_arrays(selenium):
    assert crossed_in_a_module(selenium) == ["Uint16Array", [1, 65535]]


@run_in_pyodide(packages=["loadstone"])
def view_and_back(selenium):
    import numpy

    from loadstone._browser.plain import view_data, view_of
    from loadstone.image import Image, Window

    image = Image("x:1", numpy.zeros((10, 20), "i2"), windows=(Window(40, 400),))
    data = view_data(image, view_of({"width": 100, "height": 100, "pan": {"x": 1, "y": 2}, "hflip": True}))
    return [data, view_of(data) == view_of({**data, "fitScale": 99})]


def test_a_view_is_filled_in_and_reads_back(selenium):
    data, same = view_and_back(selenium)
    assert same
    assert (data["windowCenter"], data["windowWidth"], data["voiLUTFunction"]) == (40, 400, "LINEAR")
    assert (data["scale"], data["fitScale"], data["pan"], data["hflip"]) == (5, 5, {"x": 1, "y": 2}, True)


@run_in_pyodide(packages=["loadstone"])
def refused_view(selenium, data):
    from loadstone._browser.plain import view_of
    from loadstone.errors import LoadstoneError

    try:
        view_of(data)
    except LoadstoneError as error:
        return str(error)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"width": 1}, "a view needs its height in canvas pixels"),
        ({"width": 1, "height": 1, "zoom": 2}, "a view has no field 'zoom'; there are width, height, windowCenter"),
        ({"width": 1, "height": 1, "rotation": 45}, "rotation=45; give 0, 90, 180 or 270"),
        ({"width": 0, "height": 1}, "a view of 0 x 1 pixels"),
        ({"width": 100.7, "height": 1}, "a view of 100.7 x 1 pixels; give whole sides"),
        ({"width": 1, "height": 1, "pan": 5}, "pan=5; give an object with x and y"),
        ({"width": 1, "height": 1, "pan": {"x": 1}}, "pan={'x': 1}; give an object with x and y"),
        ({"width": 1, "height": 1, "pan": {"x": 1, "y": "2"}}, "pan=(1, '2'); give canvas pixels"),
    ],
)
def test_a_view_that_can_not_be_is_refused_by_name(selenium, data, text):
    assert text in refused_view(selenium, data)
