/**
 * Python's images for a Cornerstone application: an image loader, and the metadata provider that goes with it.
 *
 * @module
 */

/** @import { CornerstoneImage, CornerstoneLoad, CornerstoneLoadOptions, Load } from "./types.d.ts" */

/** What an image id may begin with, where its own scheme belongs to another loader of Cornerstone's. */
const PREFIX = "py:";

/** Cornerstone's ImageQualityStatus.FULL_RESOLUTION. */
const FULL_RESOLUTION = 8;

/**
 * @typedef {object} Known
 * @property {Map<string, unknown>} modules an image's metadata by module name
 * @property {number} loads how many images with this id Cornerstone has not let go of yet
 */

export class CornerstoneAdapter {
  #load;
  /** @type {Map<string, Known>} the images that are loaded or about to be, by Cornerstone's image id */
  #known = new Map();
  /** @type {Set<string>} images that the engine's cache has for the time until Cornerstone asks for them */
  #ahead = new Set();

  /** @param {(method: string, params: object, signal?: AbortSignal) => Load<any>} load */
  constructor(load) {
    this.#load = load;
  }

  /**
   * Load an image as Cornerstone's own DICOM image loader would; without options, as the legacy Cornerstone calls its
   * loaders and Cornerstone3D never does, in the form that only the legacy one can show.
   * @param {string} imageId
   * @param {CornerstoneLoadOptions} [options]
   * @returns {CornerstoneLoad}
   */
  loadImage = (imageId, options) => {
    const release = this.#ahead.delete(imageId);
    const wanted = { imageId: withoutPrefix(imageId), release };
    const load = options
      ? this.#load("cornerstoneImage", { ...wanted, ...asAsked(options) })
      : this.#load("legacyCornerstoneImage", wanted);
    if (release) {
      // one that is given up leaves it to the next to take the image out of the engine's cache
      load.promise.catch(() => this.#ahead.add(imageId));
    }
    return this.#held(imageId, load);
  };

  /**
   * What a load gives, with its metadata known from when it has come until it is let go of.
   * @param {string} imageId
   * @param {Load<any>} load
   * @returns {CornerstoneLoad}
   */
  #held(imageId, { promise, cancelFn }) {
    let isHeld = false;
    return {
      promise: promise.then(({ modules, ...image }) => {
        isHeld = true;
        this.#learn(imageId, modules).loads += 1;
        return forCornerstone(imageId, image, modules);
      }),
      cancelFn,
      decache: () => {
        if (isHeld) {
          isHeld = false;
          this.#letGo(imageId);
        }
      },
    };
  }

  /**
   * What is known of an image that was loaded, or whose metadata were; undefined of others.
   * @param {string} type
   * @param {string} imageId
   * @returns {any}
   */
  metaDataProvider = (type, imageId) => this.#known.get(imageId)?.modules.get(type);

  /**
   * @param {Iterable<string>} imageIds
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   */
  async loadMetaData(imageIds, { signal } = {}) {
    const wanted = imageIds instanceof Object ? [...new Set(imageIds)] : [];
    if (!(imageIds instanceof Object) || !wanted.every((imageId) => typeof imageId === "string")) {
      throw new TypeError(`loadMetaData: imageIds=${imageIds}; give an array of image ids`);
    }
    const unknown = wanted.filter((imageId) => !this.#known.has(imageId));
    await Promise.all(unknown.map(async (imageId) => {
      const params = { imageId: withoutPrefix(imageId), requestType: "prefetch" };
      const modules = await this.#load("cornerstoneModules", params, signal).promise;
      this.#learn(imageId, modules);
      this.#ahead.add(imageId);
    }));
  }

  /**
   * @param {string} imageId
   * @param {Record<string, unknown>} modules
   */
  #learn(imageId, modules) {
    const known = { modules: new Map(Object.entries(modules)), loads: this.#known.get(imageId)?.loads ?? 0 };
    this.#known.set(imageId, known);
    return known;
  }

  /**
   * Cornerstone may have loaded an image twice, and then lets go of it twice.
   * @param {string} imageId
   */
  #letGo(imageId) {
    const known = this.#known.get(imageId);
    if (known && (known.loads -= 1) === 0) {
      this.#known.delete(imageId);
    }
  }
}

/** @param {CornerstoneLoadOptions} options */
function asAsked({ preScale, useRGBA, targetBuffer, requestType, priority }) {
  return {
    scaled: preScale?.enabled ?? true,
    rgba: Boolean(useRGBA),
    dataType: targetBuffer?.type ?? "",
    requestType,
    priority,
  };
}

/** @param {string} imageId */
function withoutPrefix(imageId) {
  return imageId.startsWith(PREFIX) ? imageId.slice(PREFIX.length) : imageId;
}

/**
 * @param {string} imageId
 * @param {any} image
 * @param {Record<string, any>} modules
 * @returns {CornerstoneImage}
 */
function forCornerstone(imageId, { pixelData, ...image }, modules) {
  return {
    ...image,
    imageId,
    getPixelData: () => pixelData,
    calibration: modules.calibrationModule ?? {},
    sliceThickness: modules.imagePlaneModule.sliceThickness,
    FrameOfReferenceUID: modules.imagePlaneModule.frameOfReferenceUID,
    imageQualityStatus: FULL_RESOLUTION,
    // Cornerstone 5 takes the pixels into its own keeping and deletes those of the frame, which it takes for granted
    imageFrame: {},
  };
}
