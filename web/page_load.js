/**
 * One load by a JavaScript loader, from its call until its image leaves Python's cache.
 *
 * @module
 */

import { withResolvers } from "./settling.js";

/** @import { ImageLoader, JavaScriptLoadOptions } from "./types.d.ts" */

export class PageLoad {
  #imageId;
  #control = new AbortController();
  #cancelled = /** @type {PromiseWithResolvers<never>} */ (withResolvers());
  /** @type {{ cancelFn?: () => unknown, decache?: () => unknown }} */
  #given = {};
  #isUnderWay = true;

  /** @param {string} imageId */
  constructor(imageId) {
    this.#imageId = imageId;
    this.#cancelled.promise.catch(() => {});
  }

  get isUnderWay() {
    return this.#isUnderWay;
  }

  /** Whether its image has come, and its loader wants to hear when it leaves the cache. */
  get hasDecache() {
    return !this.#isUnderWay && typeof this.#given.decache === "function";
  }

  /**
   * Call the loader, and wait for what it comes to, or for {@link cancel}.
   * @param {ImageLoader | undefined} loader
   * @param {Omit<JavaScriptLoadOptions, "signal">} options
   * @returns {Promise<unknown>}
   */
  async run(loader, options) {
    if (!loader) {
      throw new Error("its loader is not registered any more; ask again");
    }
    // not enumerable: Cornerstone's DICOM image loader posts its options to a worker, where no signal can go
    const told = Object.defineProperty({ ...options }, "signal", { value: this.#control.signal });
    const given = /** @type {any} */ (loader(this.#imageId, /** @type {JavaScriptLoadOptions} */ (told)));
    // jQuery's promises have a method of this name
    const isLoadObject = given?.promise !== undefined && typeof given.promise !== "function";
    this.#given = isLoadObject ? given : {};
    const image = await Promise.race([isLoadObject ? given.promise : given, this.#cancelled.promise]);
    this.#isUnderWay = false;
    return image;
  }

  /** It has failed: nothing is kept of it. */
  end() {
    this.#isUnderWay = false;
    this.#given = {};
  }

  /** Nobody waits for it any more. */
  cancel() {
    if (this.#isUnderWay) {
      this.#isUnderWay = false;
      this.#control.abort();
      this.#tell("cancelFn");
      this.#cancelled.reject(new Error("the load was cancelled"));
    }
  }

  /** Its image has left the cache. */
  decache() {
    this.#tell("decache");
  }

  /** @param {"cancelFn" | "decache"} name */
  async #tell(name) {
    try {
      await this.#given[name]?.();
    } catch (error) {
      console.error(`${this.#imageId}: the ${name} of its loader failed:`, error);
    }
  }
}
