/**
 * DICOMweb servers as the page sees them: what is there, by study, series and stack, and the tokens for it.
 *
 * @module
 */

/** @import { Series, Stack, Study, StudyQuery, Token } from "./types.d.ts" */

export class DicomWebServer {
  #call;

  /**
   * @param {string} url
   * @param {(method: string, params: object, signal?: AbortSignal) => Promise<any>} call
   */
  constructor(url, call) {
    /** The root of its services. */
    this.url = url;
    this.#call = call;
  }

  /**
   * The studies that match, without their series; never more than `limit`.
   * @param {StudyQuery} [query]
   * @returns {Promise<Study[]>}
   */
  searchStudies({ signal, ...query } = {}) {
    return this.#call("searchStudies", { url: this.url, ...query }, signal);
  }

  /**
   * The series of a study by number, without their stacks.
   * @param {string} studyUID
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Series[]>}
   */
  series(studyUID, { signal } = {}) {
    return this.#call("searchSeries", { url: this.url, studyUID }, signal);
  }

  /**
   * The images of a series, sorted into stacks. Their ids can be loaded as any other; until then, nothing of an image
   * but what it is sorted by has left the server.
   * @param {string} studyUID
   * @param {string} seriesUID
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Stack[]>}
   */
  stacks(studyUID, seriesUID, { signal } = {}) {
    return this.#call("searchStacks", { url: this.url, studyUID, seriesUID }, signal);
  }
}

export class DicomWebServers {
  /** @type {Map<string, () => string | Promise<string>>} functions that give a token, by the origin it is for */
  #tokens = new Map();
  #call;

  /** @param {(method: string, params: object, signal?: AbortSignal) => Promise<any>} call */
  constructor(call) {
    this.#call = call;
  }

  /**
   * @param {string | URL} url
   * @param {{ token?: Token }} [options]
   * @returns {DicomWebServer}
   */
  server(url, { token } = {}) {
    const root = new URL(url, location.href);
    if (typeof token === "function") {
      this.#tokens.set(root.origin, token);
    } else {
      this.#tokens.delete(root.origin);
    }
    const told = typeof token === "function" ? { ask: true } : { token };
    const ready = this.#call("setToken", { url: root.origin, ...told });
    // each method of the server tells its failure
    ready.catch(() => {});
    return new DicomWebServer(root.href, async (method, params, signal) => {
      await ready;
      return this.#call(method, params, signal);
    });
  }

  /**
   * A token for an origin of which one was given as a function.
   * @param {string} origin
   */
  token(origin) {
    return this.#tokens.get(origin)?.();
  }
}
