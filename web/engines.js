/**
 * Where the engine lives: in a worker, in the page's own thread, or in Node.
 *
 * @module
 */

import { notLoaded } from "./engine_end.js";
import { EngineHere } from "./engine_here.js";
import { EngineWorker } from "./engine_worker.js";
import { startWorker } from "./workers.js";

/** @import { FromEngine, ToEngine } from "./types.d.ts" */

/**
 * One engine, as the page sees it.
 * @typedef {object} RunningEngine
 * @property {(message: ToEngine) => void} post
 * @property {() => void} terminate after it nothing more is heard
 */

/**
 * `onEnd` is told once, with the calls that Python had begun with, null where nobody knows.
 * @callback StartEngine
 * @param {(message: FromEngine) => void} onMessage
 * @param {(error: Error, started: number[] | null) => void} onEnd
 * @returns {RunningEngine}
 */

/**
 * @param {string | URL} baseUrl
 * @param {boolean} worker
 * @returns {StartEngine}
 */
export function engineStarter(baseUrl, worker) {
  const url = engineUrl(baseUrl, worker);
  const pageUrl = globalThis.document?.baseURI ?? globalThis.location?.href;
  return (onMessage, onEnd) => {
    const engine = worker
      ? new EngineWorker(startWorker(url, "loadstone"), () => notLoaded(url), onMessage, onEnd)
      : new EngineHere(url, onMessage, onEnd);
    engine.post({ kind: "begin", pageUrl });
    return engine;
  };
}

/**
 * @param {string | URL} baseUrl
 * @param {boolean} worker
 */
function engineUrl(baseUrl, worker) {
  if (worker && typeof Worker === "undefined") {
    throw new Error("there are no workers here, as in Node; call createLoadstone({ worker: false })");
  }
  // asked as Pyodide asks
  const isNode = Boolean(Reflect.get(globalThis, "process")?.versions?.node);
  const name = worker ? "engine_in_worker.js" : isNode ? "engine_in_node.js" : "engine_in_page.js";
  try {
    return new URL(`./${name}`, baseUrl);
  } catch (cause) {
    throw new Error(`baseUrl ${JSON.stringify(baseUrl)} is no address; give the one of the folder that Loadstone's dist/ is `
      + "served from, with a slash at its end, such as new URL(\"/loadstone/\", location.href)", { cause });
  }
}
