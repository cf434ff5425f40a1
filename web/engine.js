/**
 * The engine worker: boots Python and forwards messages between the page and `loadstone._browser.engine`.
 *
 * @module
 */

import { loadPyodide } from "./pyodide/pyodide.mjs";
import { DecoderPool } from "./decoder_pool.js";
import { watchDownloads } from "./downloads.js";
import { readHeads } from "./heads.js";
import { PYODIDE, requireLoaded } from "./packages.js";

/** @import { BootProgress, FromEngine, PlainError, ToEngine } from "./types.d.ts" */

/**
 * @typedef {object} Engine
 * @property {(method: string, params: object, resolve: (value: unknown) => void,
 *   reject: (error: PlainError) => void) => number} call
 * @property {(key: number) => void} cancel
 */

const PACKAGES = ["numpy", "pydicom", "loadstone"];

// a core is left to the engine, but two frames at once are worth it on two cores
const decoders = new DecoderPool(Math.min(4, Math.max(2, (navigator.hardwareConcurrency || 2) - 1)));

/** @type {Map<number, PromiseWithResolvers<unknown>>} what Python has asked the page */
const questions = new Map();
let lastQuestion = 0;

/** @type {Map<number, number | null>} the engine's key of each call under way */
const keys = new Map();
// held as long as this worker lives: whoever waits for it hears of an end that nobody tells
/** @type {string | null} */
let lock = null;
holdLock(`loadstone engine ${Math.random()}`);
const engine = boot();

engine.then(() => {
  progress("ready", "Python is ready");
  send({ kind: "ready", lock });
}, (error) => send({ kind: "failed", error: plain(error) }));

// set before anything is awaited: a message that finds no handler is lost
onmessage = async (/** @type {MessageEvent<ToEngine>} */ { data }) => {
  const { call, cancel } = await engine;
  if (data.kind === "answer") {
    const question = questions.get(data.id);
    questions.delete(data.id);
    if (data.error === undefined) {
      question?.resolve(data.value);
    } else {
      question?.reject(new Error(data.error));
    }
    return;
  }
  if (data.kind === "cancel") {
    const key = keys.get(data.id);
    if (key != null) {
      cancel(key);
    }
    return;
  }
  const { id, method, params } = data;
  /** @param {FromEngine} answer @param {Transferable[]} [transfer] */
  const settle = (answer, transfer) => {
    keys.delete(id);
    send(answer, transfer);
  };
  keys.set(id, null);
  const key = call(
    method,
    params,
    (value) => settle({ kind: "result", id, value }, buffers(value)),
    (error) => settle({ kind: "error", id, error }),
  );
  if (keys.has(id)) {
    keys.set(id, key);
  }
};

/** @returns {Promise<Engine>} */
async function boot() {
  const downloads = watchDownloads(PYODIDE, (loaded) => {
    progress("runtime", "Downloading and starting Python", loaded);
  });
  try {
    progress("runtime", "Downloading and starting Python");
    const pyodide = await Promise.race([
      // packages given here are fetched while Python starts
      loadPyodide({ indexURL: PYODIDE, packages: PACKAGES }),
      downloads.failure,
    ]);
    progress("packages", "Installing numpy, pydicom and Loadstone");
    requireLoaded(PACKAGES, pyodide.loadedPackages);
    // an abort or a trap of WebAssembly: Python answers with its own errors, but not after this
    Reflect.get(pyodide, "_api").on_fatal = (/** @type {Error} */ { message }) => {
      send({ kind: "stopped", reason: message, started: [...keys.keys()] });
    };
    progress("import", "Importing Loadstone");
    const start = pyodide.pyimport("loadstone._browser.engine").start;
    return start(
      (/** @type {string} */ name, /** @type {unknown} */ detail) => send({ kind: "event", name, detail }),
      async (/** @type {string[]} */ names) => {
        await pyodide.loadPackage(names, { messageCallback() {}, errorCallback() {} });
        requireLoaded(names, pyodide.loadedPackages);
      },
      (/** @type {Uint8Array} */ codestream, /** @type {object} */ parameters, /** @type {number[]} */ urgency) =>
        decoders.decode(codestream, parameters, urgency),
      readHeads,
      ask,
    );
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
function ask(name, detail) {
  const question = Promise.withResolvers();
  questions.set(++lastQuestion, question);
  send({ kind: "question", id: lastQuestion, name, detail });
  return question.promise;
}

/** @param {string} name */
function holdLock(name) {
  // addresses that are not secure have no locks, and files none that the page could share
  globalThis.navigator.locks?.request(name, () => {
    lock = name;
    return new Promise(() => {});
  }).catch(() => {});
}

/**
 * @param {BootProgress["step"]} step
 * @param {string} label
 */
function progress(step, label, loaded = 0) {
  send({ kind: "progress", progress: { step, label, loaded } });
}

/**
 * @param {FromEngine} message
 * @param {Transferable[]} [transfer]
 */
function send(message, transfer = []) {
  postMessage(message, { transfer });
}

/**
 * Python copied these out of its heap for this message alone, so they can move instead of being copied again.
 * @param {unknown} value
 * @returns {ArrayBuffer[]}
 */
function buffers(value) {
  const found = value && typeof value === "object" ? [value, ...Object.values(value)] : [];
  return found.filter((part) => ArrayBuffer.isView(part)).map((part) => /** @type {ArrayBuffer} */ (part.buffer));
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
