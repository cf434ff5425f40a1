/**
 * The calls that the engine has not answered yet, by their numbers.
 *
 * @module
 */

import { withResolvers } from "./settling.js";

/**
 * @typedef {object} Call
 * @property {number} id
 * @property {string} method
 * @property {Record<string, any>} params
 * @property {boolean} replayed whether it tells a new engine what the one before was told
 * @property {boolean} sent whether the present engine has it
 * @property {number} ends how many engines have ended while it was under way
 * @property {Promise<any>} promise
 * @property {(value: any) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

export class Calls {
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #lastId = 0;

  /**
   * @param {string} method
   * @param {object} params
   * @returns {Call}
   */
  add(method, params, replayed = false) {
    const settling = /** @type {PromiseWithResolvers<any>} */ (withResolvers());
    const call = { id: ++this.#lastId, method, params, replayed, sent: false, ends: 0, ...settling };
    this.#calls.set(call.id, call);
    return call;
  }

  /**
   * The call is about to settle; undefined where it has already.
   * @param {number} id
   */
  take(id) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  /** @param {Call} call */
  isOpen(call) {
    return this.#calls.has(call.id);
  }

  /** In the order in which they were made. */
  get open() {
    return [...this.#calls.values()];
  }

  /** @param {unknown} reason */
  rejectAll(reason) {
    this.open.forEach(({ reject }) => reject(reason));
    this.#calls.clear();
  }
}
