/**
 * Watches what Pyodide fetches while it boots: Pyodide waits for ever when its runtime is missing or cannot be
 * compiled, says nothing of how far it is, and begins to compile only after its scripts have run.
 *
 * @module
 */

import { withResolvers } from "./settling.js";

/**
 * @param {string} baseUrl only requests below this address are watched
 * @param {(loaded: number) => void} onProgress told the bytes of the files that have arrived so far
 * @returns {{ failure: Promise<never>, stop: () => void }} `failure` rejects with an Error that names the file
 */
export function watchDownloads(baseUrl, onProgress) {
  const { promise: failure, reject } = /** @type {PromiseWithResolvers<never>} */ (withResolvers());
  failure.catch(() => {});
  const observer = countBytes(baseUrl, onProgress);
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  /** @type {Promise<WebAssembly.Module>} */
  let compiling;
  globalThis.fetch = async (resource, options) => {
    const url = String(resource instanceof Request ? resource.url : resource);
    const response = await fetch(resource, options).catch((cause) => {
      reject(new Error(`${url} could not be loaded (${cause.message}); check the connection, then reload the page`));
      throw cause;
    });
    if (url.startsWith(baseUrl) && !response.ok) {
      reject(new Error(`${url} could not be loaded: the server answered ${response.status}; `
        + "check that the site was copied whole, then reload the page"));
    } else if (url.endsWith(".wasm")) {
      compiling = WebAssembly.compileStreaming(asWebAssembly(response));
      compiling.catch((cause) => reject(new Error(`Python's WebAssembly could not be compiled (${cause}); it needs a `
        + "current browser, and a Content-Security-Policy that allows 'wasm-unsafe-eval'", { cause })));
    }
    return response;
  };
  WebAssembly.instantiateStreaming = async (source, imports) => {
    await source;
    const module = await compiling;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  return {
    failure,
    stop() {
      observer.disconnect();
      globalThis.fetch = fetch;
      WebAssembly.instantiateStreaming = instantiateStreaming;
    },
  };
}

/**
 * @param {string} baseUrl only requests below this address count
 * @param {(loaded: number) => void} onProgress told the bytes of the files that have arrived so far
 */
export function countBytes(baseUrl, onProgress) {
  let loaded = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByType("resource")) {
      if (entry.name.startsWith(baseUrl)) {
        loaded += /** @type {PerformanceResourceTiming} */ (entry).decodedBodySize;
      }
    }
    onProgress(loaded);
  });
  observer.observe({ type: "resource", buffered: true });
  return observer;
}

/**
 * Some static hosts do not know the type of .wasm files, and streaming compilation insists on it.
 * @param {Response} response
 */
function asWebAssembly(response) {
  return response.headers.get("content-type") === "application/wasm"
    ? response
    : new Response(response.body, { status: response.status, headers: { "content-type": "application/wasm" } });
}
