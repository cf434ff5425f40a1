/**
 * Python's events as CustomEvents with Cornerstone's names and details.
 *
 * @module
 */

import { toError } from "./errors.js";

/** Many of these may come for each image, so Python tells only those that somebody has ever listened to. */
const ON_DEMAND = /^CORNERSTONE_/;

export class EngineEvents extends EventTarget {
  /** @type {Set<string>} */
  #wanted = new Set();
  /** @type {(names: string[]) => void} */
  #listen = () => {};

  /**
   * Let `listen` hear of the events that Python is to tell from now on, all of them each time.
   * @param {(names: string[]) => void} listen
   */
  onDemand(listen) {
    this.#listen = listen;
  }

  /**
   * @param {string} type
   * @param {EventListenerOrEventListenerObject | null} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    super.addEventListener(type, listener, options);
    if (ON_DEMAND.test(type) && !this.#wanted.has(type)) {
      this.#wanted.add(type);
      this.#listen([...this.#wanted]);
    }
  }

  /**
   * @param {string} name
   * @param {any} detail
   */
  tell(name, detail) {
    const failed = name === "CORNERSTONE_IMAGE_LOAD_FAILED";
    this.dispatchEvent(new CustomEvent(name, { detail: failed ? { ...detail, error: toError(detail.error) } : detail }));
  }
}
