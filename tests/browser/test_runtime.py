"""The Pyodide that browser tests run in."""

from pytest_pyodide import run_in_pyodide


@run_in_pyodide(packages=["loadstone"])
def test_loadstone_and_numpy_import_in_the_browser(selenium):
    import sys

    import numpy

    import loadstone

    assert sys.platform == "emscripten"
    assert loadstone.__version__
    assert int(numpy.arange(5).sum()) == 10
