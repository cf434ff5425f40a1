/**
 * The line to the engine worker: numbered calls over postMessage, and what becomes of them when the worker dies.
 *
 * @module
 */

/** @import { BootProgress, FromEngine, Load, PlainError, ToEngine } from "./types.d.ts" */

/**
 * @typedef {object} Waiting
 * @property {(value: any) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

export class EngineConnection {
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  /** @type {PromiseWithResolvers<void>} */
  #ready = Promise.withResolvers();
  /** @type {Error | null} */
  #closed = null;
  #lastId = 0;
  #worker;
  #onProgress;
  #events;

  /**
   * @param {URL} engineUrl
   * @param {(progress: BootProgress) => void} onProgress
   * @param {EventTarget} events
   */
  constructor(engineUrl, onProgress, events) {
    this.#onProgress = onProgress;
    this.#events = events;
    this.#worker = new Worker(engineUrl, { type: "module", name: "loadstone" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // a script that cannot be fetched gives an event without a message
      this.close(new Error(event.message
        ? `Loadstone's worker failed: ${event.message} (${event.filename}:${event.lineno}); reload the page`
        : `${engineUrl} or pyodide/pyodide.mjs beside it could not be loaded; `
          + "check that the site was copied whole and that its files are served"));
    };
    this.#worker.onmessageerror = () => {
      this.close(new Error("An answer of Loadstone's worker could not be read; reload the page"));
    };
  }

  /** Settles when Python is up, or with the reason why it is not. */
  get ready() {
    return this.#ready.promise;
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {AbortSignal} [signal]
   * @returns {Load<any>}
   */
  call(method, params, signal) {
    if (this.#closed) {
      return { promise: Promise.reject(this.#closed), cancelFn: () => {} };
    }
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers();
    this.#waiting.set(id, { resolve, reject });
    /** @param {unknown} reason */
    const giveUp = (reason) => {
      if (this.#waiting.delete(id)) {
        this.#send({ kind: "cancel", id });
        reject(reason);
      }
    };
    if (signal?.aborted) {
      this.#waiting.delete(id);
      reject(signal.reason);
      return { promise, cancelFn: () => {} };
    }
    const onAbort = () => giveUp(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    this.#send({ kind: "call", id, method, params });
    return {
      promise: promise.finally(() => signal?.removeEventListener("abort", onAbort)),
      cancelFn: () => giveUp(cancelled(params)),
    };
  }

  /**
   * End the worker and fail every call with `reason`, those to come included.
   * @param {Error} reason
   */
  close(reason) {
    this.#worker.terminate();
    this.#closed ??= reason;
    this.#ready.reject(this.#closed);
    for (const { reject } of this.#waiting.values()) {
      reject(this.#closed);
    }
    this.#waiting.clear();
  }

  /** @param {ToEngine} message */
  #send(message) {
    this.#worker.postMessage(message);
  }

  /** @param {FromEngine} message */
  #receive(message) {
    switch (message.kind) {
      case "progress":
        this.#onProgress(message.progress);
        break;
      case "ready":
        this.#ready.resolve();
        break;
      case "failed":
        this.close(toError(message.error));
        break;
      case "event":
        this.#events.dispatchEvent(new CustomEvent(message.name, { detail: message.detail }));
        break;
      case "result":
        this.#settle(message.id)?.resolve(message.value);
        break;
      case "error":
        this.#settle(message.id)?.reject(toError(message.error));
    }
  }

  /** @param {number} id */
  #settle(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

/** @param {PlainError} plain */
function toError({ name, message, imageId, traceback }) {
  const error = new Error(message);
  return Object.assign(error, { name, imageId, traceback });
}

/** @param {{ imageId?: string }} params */
function cancelled({ imageId = "" }) {
  return toError({
    name: "LoadCancelledError",
    message: `${imageId}: the load was cancelled; ask again to load it`,
    imageId,
    traceback: "",
  });
}
