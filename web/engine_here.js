/**
 * One engine in the thread of its page, or of Node, from its start to its end.
 *
 * @module
 */

import { endOf, notLoaded } from "./engine_end.js";

/** @import { Port } from "./engine.js" */
/** @import { FromEngine, ToEngine } from "./types.d.ts" */

export class EngineHere {
  /** @type {Port} messages go as they are, but never within the call that sends them, as between threads */
  #port = {
    postMessage: (message) => queueMicrotask(() => this.#receive(message)),
    onmessage: null,
  };
  #ended = false;
  #engine;
  #onMessage;
  #onEnd;

  /**
   * @param {URL} url of a module with `startEngine`
   * @param {(message: FromEngine) => void} onMessage
   * @param {(error: Error, started: number[] | null) => void} onEnd as that of `EngineWorker`
   */
  constructor(url, onMessage, onEnd) {
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
    this.#engine = this.#load(url);
    this.#engine.catch((cause) => this.#end(notLoaded(url, cause)));
  }

  /** @param {ToEngine} message */
  post(message) {
    this.#engine.then(() => {
      if (!this.#ended) {
        this.#port.onmessage?.({ data: message });
      }
    }, () => {});
  }

  /** Python is told to cancel all that it is at; code that does not heed that, goes on unheard. */
  terminate() {
    this.#ended = true;
    this.#engine.then((engine) => engine.end()).catch(() => {});
  }

  /** @param {URL} url */
  async #load(url) {
    // where it lies is known only now, so bundlers leave it there
    const { startEngine } = await import(/* @vite-ignore */ /* webpackIgnore: true */ url.href);
    return startEngine(this.#port);
  }

  /**
   * @param {Error} error
   * @param {number[] | null} started
   */
  #end(error, started = null) {
    if (!this.#ended) {
      this.terminate();
      this.#onEnd(error, started);
    }
  }

  /** @param {FromEngine} message */
  #receive(message) {
    const end = endOf(message);
    if (end) {
      this.#end(end.error, end.started);
    } else if (!this.#ended) {
      this.#onMessage(message);
    }
  }
}
