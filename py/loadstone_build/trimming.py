"""Which files of the standard library and of each wheel the page does without."""

import re
from collections.abc import Mapping

# tests, stubs, headers and static libraries: nothing imports them
NEVER_NEEDED = r"(^|/)(tests?|benchmarks)/|(^|/)conftest\.py$|\.(pyi|pxd|pyx|h|c|a|pc|rst|typed)$|/__pycache__/"

# modules of the standard library that need what a page has not (terminals, processes, sockets, Tk), that serve
# development only, or that stand in for the C modules that Pyodide has; unittest, doctest and pdb stay for
# numpy.testing, pydoc for help(), and what those import of _pyrepl
STDLIB_UNNEEDED = re.compile(
    r"^_pyrepl/(?!__init__|pager|trace|types|utils)"
    r"|^(__phello__|curses|dbm|ensurepip|idlelib|lib2to3|pydoc_data|tkinter|turtledemo|venv|wsgiref|xmlrpc)/"
    r"|^(_pydatetime|_pydecimal|_pyio|_py_abc|antigravity|cProfile|compileall|fileinput|ftplib|imaplib|mailbox"
    r"|modulefinder|pickletools|poplib|profile|pstats|py_compile|pyclbr|smtplib|tabnanny|this|trace|turtle"
    r"|webbrowser|zipapp)\.py$"
    r"|^asyncio/(__main__|proactor_events|tools|windows_\w+)\.py$|^concurrent/interpreters/|^ctypes/macholib/"
    r"|^multiprocessing/(?!__init__|context|process|reduction)"
    r"|^encodings/(cp(?!437|65001|125|9)\w+|mac_\w+|hp_roman8|kz1048|palmos|ptcp154)\.py$"
)

UNNEEDED = {
    "numpy": r"^numpy/(f2py|_pyinstaller|doc)/|^numpy/_core/(lib|include)/|^numpy/_configtool\.py$",
    "pydicom": r"^pydicom/(sr|cli)/|^pydicom/data/(test_files|charset_files)/",
    "nibabel": r"^nibabel/(cmdline|nicom)/|^nibabel/(cifti2|freesurfer|gifti|streamlines)/data/",
    "pillow": r"^PIL/(ImageTk|_tkinter_finder|ImageWin|ImageGrab|ImageShow|ImageQt|PSDraw|report|__main__)\.py$",
    # scipy.ndimage stays, with what it imports
    "scipy": r"^scipy/(?!(__init__|__config__|_distributor_init|version)\.py$|_cyutility\.|(_external|_lib|ndimage)/)"
    r"|^scipy\.libs/|^scipy/_external/(cobyqa|pyprima|array_api_compat/(cupy|dask|torch))/"
    r"|^scipy/_lib/(_uarray/|_test_|messagestream|_fpumode)|^scipy/ndimage/_cy?test\.",
    "imagecodecs": r"^imagecodecs/(zarr|numcodecs|__main__)\.py$",
}


def trim_stdlib(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the standard library's members without those that the page does without."""
    return {name: content for name, content in members.items() if not STDLIB_UNNEEDED.search(name)}


def trim_wheel(package: str, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a wheel's members without those that the page does without; licences always stay."""
    unneeded = re.compile("|".join(filter(None, [NEVER_NEEDED, UNNEEDED.get(package)])))
    return {name: content for name, content in members.items() if ".dist-info/" in name or not unneeded.search(name)}
