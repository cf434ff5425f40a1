/**
 * Looks whether all is there that Pyodide will fetch: it waits for ever when its runtime is missing or cannot be compiled. The
 * worker replaces fetch for that (downloads.js), but in the page's own thread it belongs to everybody.
 *
 * @module
 */

import { countBytes } from "./downloads.js";

/** @import { Watch } from "./engine.js" */

const RUNTIME = ["pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip"];

const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/**
 * @param {string} baseUrl
 * @param {(loaded: number) => void} onProgress told the bytes of the files that have arrived so far
 * @returns {Promise<Watch>} rejects with an Error that names the file
 */
export async function checkRuntime(baseUrl, onProgress) {
  await WebAssembly.compile(EMPTY_MODULE).catch((cause) => {
    throw new Error(`WebAssembly is not allowed here (${cause}); `
      + "the Content-Security-Policy of the page must allow 'wasm-unsafe-eval'", { cause });
  });
  await Promise.all(RUNTIME.map((name) => checkFile(baseUrl + name)));
  const observer = countBytes(baseUrl, onProgress);
  return { failure: new Promise(() => {}), stop: () => observer.disconnect() };
}

/** @param {string} url */
async function checkFile(url) {
  const answer = await fetch(url, { method: "HEAD" }).catch((cause) => {
    throw new Error(`${url} could not be loaded (${cause.message}); check the connection, then reload the page`, { cause });
  });
  if (!answer.ok) {
    throw new Error(`${url} could not be loaded: the server answered ${answer.status}; `
      + "check that the site was copied whole, then reload the page");
  }
  const type = answer.headers.get("content-type");
  if (url.endsWith(".wasm") && type !== "application/wasm") {
    throw new Error(`${url} is served as ${type}; the server must send it as application/wasm, `
      + "or Python must live in a worker, which takes it as it comes");
  }
}
