/**
 * Image loaders written in JavaScript: the page keeps them, Python's registry calls them.
 *
 * @module
 */

import { rejection } from "./cloning.js";
import { plainImage } from "./plain_image.js";
import { PageLoad } from "./page_load.js";

/** @import { ImageLoader, JavaScriptLoadOptions } from "./types.d.ts" */
/** @import { MetaData } from "./meta_data.js" */

/**
 * What Python asks: to load an image by the loader of this number. `load` numbers what the page keeps for it.
 * @typedef {Required<Omit<JavaScriptLoadOptions, "signal">> & { loader: number, load: number, imageId: string }} Wanted
 */

export class ImageLoaders {
  /** @type {Map<number, ImageLoader>} as long as Python may call them */
  #loaders = new Map();
  /** @type {Map<number, PageLoad>} those under way, and those whose image may leave Python's cache */
  #loads = new Map();
  #lastLoader = 0;
  #call;
  #metaData;

  /**
   * @param {(method: string, params: object) => Promise<any>} call
   * @param {(name: string, answer: (detail: any) => unknown) => void} onQuestion
   * @param {EventTarget} events
   * @param {MetaData} metaData
   */
  constructor(call, onQuestion, events, metaData) {
    this.#call = call;
    this.#metaData = metaData;
    onQuestion("loadImage", (wanted) => this.#load(wanted));
    onQuestion("leaveImage", ({ load, how }) => this.#leave(load, how));
    onQuestion("leaveLoader", ({ loader }) => {
      this.#loaders.delete(loader);
    });
    events.addEventListener("LOADSTONE_ENGINE_STOPPED", () => this.close());
  }

  /**
   * @param {string} scheme
   * @param {ImageLoader} loader
   */
  register(scheme, loader) {
    return this.#register("registerImageLoader", { scheme }, loader);
  }

  /** @param {ImageLoader} loader */
  registerUnknown(loader) {
    return this.#register("registerUnknownImageLoader", {}, loader);
  }

  /** Python is gone, and with it all who wait for loads, and the cache. */
  close() {
    const loads = [...this.#loads.values()];
    this.#loads.clear();
    loads.forEach((load) => load.isUnderWay ? load.cancel() : load.decache());
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {ImageLoader} loader
   */
  async #register(method, params, loader) {
    if (typeof loader !== "function") {
      throw new TypeError(`an image loader must be a function (imageId, options), not ${loader}`);
    }
    const number = ++this.#lastLoader;
    // before Python answers: a load that is asked for meanwhile needs it
    this.#loaders.set(number, loader);
    try {
      await this.#call(method, { ...params, loader: number });
    } catch (error) {
      this.#loaders.delete(number);
      throw error;
    }
    return {
      /**
       * Take the loader out, unless another has replaced it meanwhile; resolves to whether it was there.
       * @returns {Promise<boolean>}
       */
      unregister: () => this.#call("unregisterImageLoader", { loader: number }),
    };
  }

  /** @param {Wanted} wanted */
  async #load({ loader, load: number, imageId, ...options }) {
    const load = new PageLoad(imageId);
    this.#loads.set(number, load);
    try {
      const image = plainImage(await load.run(this.#loaders.get(loader), options));
      const known = await this.#metaData.knownOf(imageId);
      return { ...image, ...known, hasDecache: load.hasDecache };
    } catch (reason) {
      load.end();
      return { rejection: rejection(reason) };
    } finally {
      // another engine's load may have the same number
      if (!load.hasDecache && this.#loads.get(number) === load) {
        this.#loads.delete(number);
      }
    }
  }

  /**
   * @param {number} number
   * @param {"cancel" | "decache" | "forget"} how
   */
  #leave(number, how) {
    const load = this.#loads.get(number);
    this.#loads.delete(number);
    if (how === "cancel") {
      load?.cancel();
    } else if (how === "decache") {
      load?.decache();
    }
  }
}
