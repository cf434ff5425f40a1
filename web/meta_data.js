/**
 * Metadata of images, from Python and from providers of the page.
 *
 * @module
 */

import { cloneable } from "./cloning.js";

/** @import { MetaDataProvider } from "./types.d.ts" */

/** Where Python's providers stand among those of the page. */
const PYTHON = -1000;

/** What the page's providers are asked about the image of a JavaScript loader, for Python. */
const MODULES = [
  "calibrationModule", "cineModule", "frameModule", "frameOfReferenceModule", "generalImageModule",
  "generalSeriesModule", "generalStudyModule", "imagePixelModule", "imagePlaneModule", "modalityLutModule",
  "multiframeModule", "nmMultiframeGeometryModule", "overlayPlaneModule", "patientModule", "patientStudyModule",
  "petImageModule", "petIsotopeModule", "petSeriesModule", "scalingModule", "sopCommonModule", "transferSyntax",
  "ultrasoundEnhancedRegionModule", "voiLutModule",
];

export class MetaData {
  /** @type {{ provider: MetaDataProvider, priority: number }[]} highest priority first, the newest first among equals */
  #providers = [];
  #call;

  /** @param {(method: string, params: object) => Promise<any>} call */
  constructor(call) {
    this.#call = call;
  }

  /**
   * Ask `provider(type, imageId)` too: the one of the highest priority first, the newest first among equals. What is
   * not undefined counts. Python's own providers come after those of priority -1000 and more.
   *
   * What it knows of the image of a JavaScript loader when that is loaded, Python's `session.metadata` knows, too.
   * @param {MetaDataProvider} provider
   */
  addProvider(provider, priority = 0) {
    if (typeof provider !== "function") {
      throw new TypeError(`a metadata provider must be a function (type, imageId), not ${provider}`);
    }
    if (typeof priority !== "number" || Number.isNaN(priority)) {
      throw new TypeError(`addProvider: priority=${priority}; give a number, Python's providers have ${PYTHON}`);
    }
    this.removeProvider(provider);
    const place = this.#providers.findIndex((other) => other.priority <= priority);
    this.#providers.splice(place < 0 ? this.#providers.length : place, 0, { provider, priority });
  }

  /** @param {MetaDataProvider} provider */
  removeProvider(provider) {
    this.#providers = this.#providers.filter((other) => other.provider !== provider);
  }

  /**
   * Metadata by Cornerstone's module names; null where no provider knows.
   * @param {string} type
   * @param {string} imageId
   * @returns {Promise<any>}
   */
  async get(type, imageId) {
    const before = await this.#ask((priority) => priority >= PYTHON, type, imageId);
    if (before !== undefined) {
      return before;
    }
    const known = await this.#call("metaData", { type, imageId });
    return known ?? await this.#ask((priority) => priority < PYTHON, type, imageId) ?? null;
  }

  /**
   * What the page's providers know of an image, by module, and what is to be said where one fails.
   * @param {string} imageId
   * @returns {Promise<{ modules: Record<string, unknown>, failures: string[] }>}
   */
  async knownOf(imageId) {
    /** @type {Record<string, unknown>} */
    const modules = {};
    /** @type {string[]} */
    const failures = [];
    for (const type of this.#providers.length ? MODULES : []) {
      try {
        const known = await this.#ask(() => true, type, imageId);
        if (known != null) {
          modules[type] = cloneable(known);
        }
      } catch (error) {
        failures.push(`the page's metadata provider failed when asked for ${type}: ${error}`);
      }
    }
    // one that fails for one module mostly does for all
    return { modules, failures: failures.slice(0, 1) };
  }

  /**
   * @param {(priority: number) => boolean} isAsked
   * @param {string} type
   * @param {string} imageId
   */
  async #ask(isAsked, type, imageId) {
    for (const { provider, priority } of this.#providers) {
      const known = isAsked(priority) ? await provider(type, imageId) : undefined;
      if (known !== undefined) {
        return known;
      }
    }
    return undefined;
  }
}
