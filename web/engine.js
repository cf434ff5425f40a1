/**
 * The engine: boots Python and forwards messages between a port to the page and `loadstone._browser.engine`; the same
 * in a worker, in the page's own thread and in Node.
 *
 * @module
 */

import { loadPyodide } from "./pyodide/pyodide.mjs";
import { buffers, cloneable } from "./cloning.js";
import { readHeads } from "./heads.js";
import { requireListed, requireLoaded } from "./packages.js";
import { withResolvers } from "./settling.js";

/** @import { DecoderPool } from "./decoder_pool.js" */
/** @import { BootProgress, FromEngine, PlainError, ToEngine } from "./types.d.ts" */

/**
 * The engine's end of the line to the page.
 * @typedef {object} Port
 * @property {(message: FromEngine, transfer: Transferable[]) => void} postMessage
 * @property {((event: { data: ToEngine }) => void) | null} onmessage
 */

/**
 * `failure` rejects where Pyodide would wait for ever.
 * @typedef {{ failure: Promise<never>, stop: () => void }} Watch
 */

/**
 * @callback Runtime
 * @returns {Promise<Pick<NonNullable<Parameters<typeof loadPyodide>[0]>, "createPyodideModule">>} more options of loadPyodide
 */

/**
 * What the place where the engine lives has to give.
 * @typedef {object} Place
 * @property {string} pyodide the folder of Pyodide, with a slash at its end; in Node a path
 * @property {Runtime} [runtime] what Pyodide can not get from there by itself
 * @property {DecoderPool} decoders
 * @property {(folder: string, onProgress: (loaded: number) => void) => Watch | Promise<Watch>} watch rejects where
 *   Pyodide can not be loaded
 * @property {(file: File, start: number, end: number) => Uint8Array} [readSlice] at once; not where files can not be read so
 * @property {(address: string) => string | undefined} [refusal] why nothing can be read from an address here; undefined
 *   where it may be tried
 * @property {Promise<string | null>} [lock] the name of a lock that comes free when the place ends
 */

/**
 * @typedef {object} Python
 * @property {(method: string, params: object, resolve: (value: unknown) => void,
 *   reject: (error: PlainError) => void) => number} call
 * @property {(key: number) => void} cancel
 * @property {() => void} end
 */

const PACKAGES = ["numpy", "pydicom", "loadstone"];

export class Engine {
  /** @type {Map<number, PromiseWithResolvers<unknown>>} what Python has asked the page */
  #questions = new Map();
  #lastQuestion = 0;
  /** @type {Map<number, number | null>} Python's key of each call under way */
  #keys = new Map();
  /** @type {PromiseWithResolvers<string | undefined>} the page's address */
  #begun = withResolvers();
  #stopped = false;
  #port;
  #place;
  #python;

  /**
   * @param {Port} port
   * @param {Place} place
   */
  constructor(port, place) {
    this.#port = port;
    this.#place = place;
    // set before anything is awaited: a message that finds no handler is lost
    port.onmessage = ({ data }) => this.#receive(data);
    this.#python = this.#boot();
    this.#python.then(async () => {
      this.#progress("ready", "Python is ready");
      this.#send({ kind: "ready", lock: await place.lock ?? null });
    }, (error) => this.#send({ kind: "failed", error: plain(error) }));
  }

  /** Cancel all that Python is at, and end the decoders; for places that do not end with the engine. */
  async end() {
    this.#place.decoders.close();
    const python = await this.#python.catch(() => null);
    if (!this.#stopped) {
      python?.end();
    }
  }

  /** @param {ToEngine} message */
  async #receive(message) {
    if (message.kind === "begin") {
      this.#begun.resolve(message.pageUrl);
      return;
    }
    const { call, cancel } = await this.#python;
    if (message.kind === "answer") {
      this.#answered(message);
    } else if (message.kind === "cancel") {
      const key = this.#keys.get(message.id);
      if (key != null) {
        cancel(key);
      }
    } else {
      this.#call(call, message);
    }
  }

  /**
   * @param {Python["call"]} call
   * @param {ToEngine & { kind: "call" }} message
   */
  #call(call, { id, method, params }) {
    /** @param {FromEngine} answer @param {Transferable[]} [transfer] */
    const settle = (answer, transfer) => {
      this.#keys.delete(id);
      this.#send(answer, transfer);
    };
    this.#keys.set(id, null);
    const key = call(
      method,
      params,
      (value) => settle({ kind: "result", id, value }, buffers(value)),
      (error) => {
        try {
          settle({ kind: "error", id, error });
        } catch {
          // its cause is what can not cross to another thread
          settle({ kind: "error", id, error: { ...error, cause: cloneable(error.cause) } });
        }
      },
    );
    if (this.#keys.has(id)) {
      this.#keys.set(id, key);
    }
  }

  /** @returns {Promise<Python>} */
  async #boot() {
    const { pyodide: folder, runtime, readSlice, refusal, decoders } = this.#place;
    this.#progress("runtime", "Downloading and starting Python");
    const downloads = await this.#place.watch(folder, (loaded) => {
      this.#progress("runtime", "Downloading and starting Python", loaded);
    });
    try {
      const pyodide = await Promise.race([
        // packages given here are fetched while Python starts
        loadPyodide({ indexURL: folder, packages: PACKAGES, ...await runtime?.() }),
        downloads.failure,
      ]);
      this.#progress("packages", "Installing numpy, pydicom and Loadstone");
      requireLoaded(PACKAGES, pyodide.loadedPackages, folder);
      // an abort or a trap of WebAssembly: Python answers with its own errors, but not after this
      Reflect.get(pyodide, "_api").on_fatal = (/** @type {Error} */ { message }) => {
        this.#stopped = true;
        this.#send({ kind: "stopped", reason: message, started: [...this.#keys.keys()] });
      };
      this.#progress("import", "Importing Loadstone");
      const start = pyodide.pyimport("loadstone._browser.engine").start;
      return start({
        emit: (/** @type {string} */ name, /** @type {unknown} */ detail) => this.#send({ kind: "event", name, detail }),
        ask: (/** @type {string} */ name, /** @type {unknown} */ detail) => this.#ask(name, detail),
        loadPackages: async (/** @type {string[]} */ names) => {
          requireListed(names, pyodide.lockfile.packages);
          await pyodide.loadPackage(names, { messageCallback() {}, errorCallback() {} });
          requireLoaded(names, pyodide.loadedPackages, folder);
        },
        decode: (/** @type {Uint8Array} */ codestream, /** @type {object} */ parameters, /** @type {number[]} */ urgency) =>
          decoders.decode(codestream, parameters, urgency),
        readHeads,
        readSlice,
        refusal,
        pageUrl: await this.#begun.promise,
      });
    } finally {
      downloads.stop();
    }
  }

  /**
   * Ask the page something, in Python's name.
   * @param {string} name
   * @param {unknown} detail
   * @returns {Promise<unknown>}
   */
  #ask(name, detail) {
    const question = /** @type {PromiseWithResolvers<unknown>} */ (withResolvers());
    this.#questions.set(++this.#lastQuestion, question);
    this.#send({ kind: "question", id: this.#lastQuestion, name, detail });
    return question.promise;
  }

  /** @param {ToEngine & { kind: "answer" }} answer */
  #answered({ id, value, error }) {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    if (error === undefined) {
      question?.resolve(value);
    } else {
      question?.reject(new Error(error));
    }
  }

  /**
   * @param {BootProgress["step"]} step
   * @param {string} label
   */
  #progress(step, label, loaded = 0) {
    this.#send({ kind: "progress", progress: { step, label, loaded } });
  }

  /**
   * @param {FromEngine} message
   * @param {Transferable[]} [transfer]
   */
  #send(message, transfer = []) {
    this.#port.postMessage(message, transfer);
  }
}

/**
 * @param {unknown} error what ended the boot; a Python error has its traceback as message
 * @returns {PlainError}
 */
function plain(error) {
  const { name, message, type, stack } = /** @type {Error & { type?: string }} */ (error);
  const lastLine = message.trimEnd().split("\n").at(-1) ?? message;
  return {
    name: type ?? name,
    message: type ? `Loadstone could not be started: ${lastLine}` : message,
    imageId: null,
    traceback: type ? message : stack ?? "",
  };
}
