/**
 * One engine worker as the page sees it, from its start to its end, however that comes.
 *
 * @module
 */

import { endOf } from "./engine_end.js";

/** @import { FromEngine, ToEngine } from "./types.d.ts" */

export class EngineWorker {
  #worker;
  #watch = new AbortController();
  #onMessage;
  #onEnd;

  /**
   * @param {Worker} worker that has just been started
   * @param {() => Error} notStarted why its script may not be there
   * @param {(message: FromEngine) => void} onMessage
   * @param {(error: Error, started: number[] | null) => void} onEnd told once, with the calls that Python had begun
   *   with, null where nobody knows; after it nothing more is heard
   */
  constructor(worker, notStarted, onMessage, onEnd) {
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
    this.#worker = worker;
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // a script that cannot be fetched gives an event without a message
      this.#end(event.message
        ? new Error(`Loadstone's worker failed: ${event.message}${placeOf(event)}; reload the page`)
        : notStarted());
    };
    this.#worker.onmessageerror = () => this.#end(new Error("an answer of Loadstone's worker could not be read"));
  }

  /**
   * @param {ToEngine} message
   * @param {Transferable[]} [transfer]
   */
  post(message, transfer = []) {
    this.#worker.postMessage(message, transfer);
  }

  terminate() {
    this.#watch.abort();
    this.#worker.onmessage = this.#worker.onerror = this.#worker.onmessageerror = null;
    this.#worker.terminate();
  }

  /**
   * @param {Error} error
   * @param {number[] | null} [started]
   */
  #end(error, started = null) {
    this.terminate();
    this.#onEnd(error, started);
  }

  /** @param {FromEngine} message */
  #receive(message) {
    const end = endOf(message);
    if (end) {
      this.#end(end.error, end.started);
      return;
    }
    if (message.kind === "ready") {
      // Python tells its own end; an error of JavaScript that somebody left loose in the worker is none
      this.#worker.onerror = null;
      this.#watchForSilentEnd(message.lock);
    }
    this.#onMessage(message);
  }

  /**
   * A worker that closes itself, or that the browser ends, says nothing; but its lock comes free.
   * @param {string | null} lock null where the browser has none to give, on insecure addresses
   */
  #watchForSilentEnd(lock) {
    if (lock) {
      navigator.locks.request(lock, { signal: this.#watch.signal }, () => {
        this.#end(new Error("its worker has ended"));
      }).catch(() => {}); // terminated by this page: nothing to watch any more
    }
  }
}

/**
 * Where an error came up, but for scripts that have no address to go to.
 * @param {ErrorEvent} event
 */
function placeOf({ filename, lineno }) {
  return filename.startsWith("data:") ? "" : ` (${filename}:${lineno})`;
}
