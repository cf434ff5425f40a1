/**
 * The files that a page of one file holds, by their paths beside the page. Each is kept as it came, compressed by gzip,
 * until somebody asks for it; workers get the same Blobs, those that the page has not read yet as soon as it has.
 *
 * @module
 */

import { withResolvers } from "../settling.js";

/**
 * What a worker gets of the members.
 * @typedef {object} HandedOver
 * @property {Map<string, number>} sizes in bytes, without compression
 * @property {Map<string, Blob>} blobs those that have been read
 * @property {MessagePort} port tells of the others
 */

/** @typedef {{ path: string, blob: Blob } | { error: string }} News */

export class Members {
  #sizes;
  #blobs;
  /** @type {Map<string, PromiseWithResolvers<Blob>>} */
  #awaited = new Map();
  /** @type {MessagePort[]} */
  #ports = [];
  /** @type {Error | null} */
  #error = null;

  /**
   * @param {Map<string, number>} sizes in bytes, without compression
   * @param {Map<string, Blob>} [blobs]
   */
  constructor(sizes, blobs = new Map()) {
    this.#sizes = sizes;
    this.#blobs = blobs;
  }

  /** @param {HandedOver} handed */
  static of({ sizes, blobs, port }) {
    const members = new Members(sizes, blobs);
    port.onmessage = ({ data }) => {
      const news = /** @type {News} */ (data);
      if ("error" in news) {
        members.fail(new Error(news.error));
      } else {
        members.add(news.path, news.blob);
      }
    };
    return members;
  }

  /** @returns {HandedOver} to be posted to a worker, with its port */
  handOver() {
    const { port1, port2 } = new MessageChannel();
    this.#ports.push(port1);
    if (this.#error) {
      port1.postMessage({ error: this.#error.message });
    }
    return { sizes: this.#sizes, blobs: this.#blobs, port: port2 };
  }

  /** Why the members that are not there will not come. */
  get error() {
    return this.#error;
  }

  /** @param {string} path */
  has(path) {
    return this.#sizes.has(path);
  }

  get paths() {
    return [...this.#sizes.keys()];
  }

  /**
   * @param {string} path
   * @param {Blob} blob its bytes, compressed
   */
  add(path, blob) {
    this.#blobs.set(path, blob);
    this.#awaited.get(path)?.resolve(blob);
    this.#awaited.delete(path);
    this.#tell({ path, blob });
  }

  /** @param {Error} error why the others will not come */
  fail(error) {
    this.#error = error;
    this.#awaited.forEach(({ reject }) => reject(error));
    this.#awaited.clear();
    this.#tell({ error: error.message });
  }

  /**
   * A member as an answer to a request for it, its body not compressed any more.
   * @param {string} path one that it {@link has}
   * @param {string} [type]
   * @returns {Promise<Response>}
   */
  async respond(path, type = path.endsWith(".wasm") ? "application/wasm" : "application/octet-stream") {
    const compressed = await this.#blob(path);
    const headers = { "content-type": type, "content-length": String(this.#sizes.get(path)) };
    return new Response(compressed.stream().pipeThrough(new DecompressionStream("gzip")), { headers });
  }

  /**
   * A member as it came.
   * @param {string} path one that it {@link has}
   */
  async compressed(path) {
    return { path, size: this.#sizes.get(path) ?? 0, gzip: await this.#blob(path) };
  }

  /**
   * A member that is a module.
   * @param {string} path
   * @returns {Promise<Blob>}
   */
  async script(path) {
    return (await this.respond(path, "text/javascript")).blob();
  }

  /** @param {string} path */
  async #blob(path) {
    const blob = this.#blobs.get(path);
    if (blob || this.#error) {
      return blob ?? Promise.reject(this.#error);
    }
    const awaited = this.#awaited.get(path) ?? /** @type {PromiseWithResolvers<Blob>} */ (withResolvers());
    this.#awaited.set(path, awaited);
    return awaited.promise;
  }

  /** @param {News} news */
  #tell(news) {
    this.#ports.forEach((port) => port.postMessage(news));
  }
}
