/**
 * The images that Python keeps, by Cornerstone's names; each answer is a promise, since they lie with Python.
 *
 * @module
 */

/** @import { CacheInfo } from "./types.d.ts" */

export class ImageCache {
  #call;

  /** @param {(method: string, params: object) => Promise<any>} call */
  constructor(call) {
    this.#call = call;
  }

  /** @returns {Promise<CacheInfo>} */
  getCacheInfo() {
    return this.#call("cacheInfo", {});
  }

  /** @returns {Promise<number>} the bytes of all images in the cache */
  async getCacheSize() {
    return (await this.getCacheInfo()).cacheSizeInBytes;
  }

  /** @returns {Promise<number>} the bytes that all images together may have */
  async getMaxCacheSize() {
    return (await this.getCacheInfo()).maximumSizeInBytes;
  }

  /**
   * Let the cache have so many bytes; the least recently used images that no longer fit leave it at once.
   * @param {number} bytes
   * @returns {Promise<null>}
   */
  setMaxCacheSize(bytes) {
    return this.#call("setMaxCacheSize", { bytes });
  }

  /**
   * Let an image go, also where it is on display.
   * @param {string} imageId
   * @returns {Promise<boolean>} whether it was in the cache
   */
  removeImageLoadObject(imageId) {
    return this.#call("removeImageLoadObject", { imageId });
  }

  /**
   * Let all images go, and the files that are kept for their further frames.
   * @returns {Promise<null>}
   */
  purgeCache() {
    return this.#call("purgeCache", {});
  }
}
