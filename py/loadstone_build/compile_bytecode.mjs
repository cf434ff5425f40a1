// node compile_bytecode.mjs <pyodide.mjs> <folder>
// Compiles the .py files that <folder>/jobs.json lists ([file, shown name, optimize]) to .pyc beside them.
import { pathToFileURL } from "node:url";

const [pyodideModule, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(pyodideModule).href);
// set iteration order must not depend on the run: the same source gives the same bytes
const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
pyodide.FS.mkdir("/jobs");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/jobs");
const compileAll = `
import json, pathlib, py_compile, warnings

warnings.simplefilter("ignore", SyntaxWarning)
folder = pathlib.Path("/jobs")
for file, shown, optimize in json.loads((folder / "jobs.json").read_text()):
    py_compile.compile(
        folder / file,
        cfile=folder / f"{file}c",
        dfile=shown,
        doraise=True,
        optimize=optimize,
        # no source lies beside it, so there is nothing to compare with
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
`;
try {
  pyodide.runPython(compileAll);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
