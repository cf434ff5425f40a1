/**
 * The engine in Node's main thread, with decoders in worker threads.
 *
 * @module
 */

import { access } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { decoderLimit, DecoderPool } from "./decoder_pool.js";
import { Engine } from "./engine.js";
import { pyodideFolder } from "./packages.js";

/** @import { Port, Watch } from "./engine.js" */

const decoderUrl = new URL("./decoder_in_node.js", import.meta.url);

/** Files without which Pyodide waits for ever, or fails without naming them. */
const RUNTIME = ["pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip"];

/** @param {Port} port */
export function startEngine(port) {
  return new Engine(port, {
    pyodide: fileURLToPath(pyodideFolder()),
    decoders: new DecoderPool(decoderLimit(availableParallelism()), () => new Decoder()),
    watch: checkFiles,
  });
}

/** A worker thread in the shape of the browser's Worker; it keeps the process alive only while it decodes. */
class Decoder {
  /** @type {((event: MessageEvent) => void) | null} */
  onmessage = null;
  /** @type {((event: ErrorEvent) => void) | null} */
  onerror = null;
  // not with the options of this process, which may say that its script is no file
  #worker = new Worker(decoderUrl, { name: "loadstone decoder", execArgv: [] });

  constructor() {
    this.#worker.unref();
    this.#worker.on("message", (data) => {
      this.#worker.unref();
      this.onmessage?.(new MessageEvent("message", { data }));
    });
    this.#worker.on("error", ({ message }) => this.onerror?.(/** @type {ErrorEvent} */ (Object.assign(new Event("error"), { message }))));
  }

  /**
   * @param {unknown} message
   * @param {Transferable[]} transfer
   */
  postMessage(message, transfer) {
    this.#worker.ref();
    this.#worker.postMessage(message, transfer);
  }

  terminate() {
    this.#worker.terminate();
  }
}

/**
 * @param {string} folder
 * @returns {Promise<Watch>}
 */
async function checkFiles(folder) {
  await Promise.all(RUNTIME.map((name) => access(folder + name).catch((cause) => {
    throw new Error(`${folder}${name} can not be read (${cause.code}); check that Loadstone's folder was copied whole`, { cause });
  })));
  return { failure: new Promise(() => {}), stop() {} };
}
