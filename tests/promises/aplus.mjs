/**
 * The Promises/A+ suite on what `to_promise` hands to JavaScript, in Node with the Pyodide and the wheels of dist/:
 *
 *     node aplus.mjs DIST
 *
 * Prints {passed, failed} as JSON, with a line for each test that failed.
 */

import { readFileSync } from "node:fs";
import suite from "promises-aplus-tests";

// the suite leaves rejected promises alone on purpose
process.on("unhandledRejection", () => {});

const dist = process.argv[2];
const { loadPyodide } = await import(`${dist}/pyodide/pyodide.mjs`);
const pyodide = await loadPyodide({ indexURL: `${dist}/pyodide/`, packages: ["loadstone", "numpy", "pydicom"] });
pyodide.runPython(readFileSync(new URL("./deferred.py", import.meta.url), "utf8"));

const makeDeferred = pyodide.globals.get("deferred");
const told = { passed: 0, failed: [] };

/** In the place of one of mocha's reporters. */
function Note(runner) {
  runner.on("pass", () => { told.passed += 1; });
  runner.on("fail", (test, error) => told.failed.push(`${test.fullTitle()}: ${error.message}`));
}

/**
 * A value gets into Python by a proxy, for which Pyodide looks whether there is a `then`. Where the suite allows only
 * one look, what the thenable comes to gets into Python.
 */
function deferred() {
  const { promise, resolve, reject } = makeDeferred();
  const isLookedAtOnce = (value) => Object.getOwnPropertyDescriptor(Object(value), "then")?.get;
  return {
    promise,
    resolve: (value) => (isLookedAtOnce(value) ? Promise.resolve(value).then(resolve, reject) : resolve(value)),
    reject,
  };
}

// a machine that is busy with other tests is slower than mocha's 200 ms
suite({ deferred }, { reporter: Note, timeout: 5000 }, () => {
  console.log(JSON.stringify(told));
  process.exit(0);
});
