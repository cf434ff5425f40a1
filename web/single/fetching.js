/**
 * `fetch` in a page of one file: what the page holds is answered from there, and nothing else is asked for.
 *
 * @module
 */

/** @import { Members } from "./members.js" */

/** Addresses of what is in this browser already. */
const HERE = ["blob:", "data:"];

export class EmbeddedFetch {
  #members;
  #pageUrl;
  #browserFetch = globalThis.fetch;

  /**
   * @param {Members} members
   * @param {string} pageUrl members lie beside it
   */
  constructor(members, pageUrl) {
    this.#members = members;
    this.#pageUrl = pageUrl;
  }

  /** Be this thread's `fetch`, also for Pyodide and the user's programs. */
  install() {
    globalThis.fetch = (resource, options) => this.#fetch(resource, options);
  }

  /**
   * Why nothing can be read from an address; undefined where something can.
   * @param {string} address
   * @returns {string | undefined}
   */
  refusal = (address) => {
    const url = new URL(address, this.#pageUrl);
    if (HERE.includes(url.protocol) || this.#members.has(this.#path(url) ?? "")) {
      return undefined;
    }
    return this.#path(url) === null
      ? `${url.href}: this page is one file that does without a network; save what is there, and drop it on the page`
      : `${this.#path(url)} is not among the files that this page holds; look at its name, or drop the file on the page`;
  };

  /**
   * @param {RequestInfo | URL} resource
   * @param {RequestInit} [options]
   * @returns {Promise<Response>}
   */
  async #fetch(resource, options) {
    const request = resource instanceof Request ? resource : null;
    const url = new URL(request ? request.url : String(resource), this.#pageUrl);
    if (HERE.includes(url.protocol)) {
      return this.#browserFetch.call(globalThis, resource, options);
    }
    (options?.signal ?? request?.signal)?.throwIfAborted();
    const refusal = this.refusal(url.href);
    if (refusal) {
      throw new TypeError(refusal);
    }
    return this.#members.respond(this.#path(url) ?? "");
  }

  /**
   * @param {URL} url
   * @returns {string | null} null for what does not lie beside the page
   */
  #path(url) {
    const folder = new URL("./", this.#pageUrl);
    const address = url.origin === folder.origin && url.protocol === folder.protocol ? url.pathname : "";
    return address.startsWith(folder.pathname) ? decodeURIComponent(address.slice(folder.pathname.length)) : null;
  }
}
