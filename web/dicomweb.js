/**
 * DICOMweb servers as the page sees them: what is there, by study, series and stack, and the tokens for it.
 *
 * @module
 */

/** @import { ListedStacks, Series, Stack, Study, StudyQuery, Token } from "./types.d.ts" */

/** @typedef {(method: string, params: object, signal?: AbortSignal) => Promise<any>} Call */

export class DicomWebServer {
  #call;
  #newListing;

  /**
   * @param {string} url
   * @param {Call} call
   * @param {() => number} newListing gives a number that no other listing has
   */
  constructor(url, call, newListing) {
    /** The root of its services. */
    this.url = url;
    this.#call = call;
    this.#newListing = newListing;
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
   * The images of a series, all of them, sorted into stacks. Their ids can be loaded as any other; until then,
   * nothing of an image but what it is sorted by has left the server.
   * @param {string} studyUID
   * @param {string} seriesUID
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Stack[]>}
   */
  stacks(studyUID, seriesUID, { signal } = {}) {
    return this.#call("searchStacks", { url: this.url, studyUID, seriesUID }, signal);
  }

  /**
   * The same as they are listed, for large series: the first images are there after one request.
   * @param {string} studyUID
   * @param {string} seriesUID
   * @param {{ instanceCount?: number | null }} [options] what the series tells, for errors to say how much is listed
   * @returns {StackListing}
   */
  listStacks(studyUID, seriesUID, { instanceCount } = {}) {
    const params = { url: this.url, studyUID, seriesUID, instanceCount, listing: this.#newListing() };
    return new StackListing(this.#call, params);
  }
}

/**
 * The images of a series, step by step, for `for await`: each step tells all stacks that are known by then.
 *
 * The first step asks the server for one page, each further one for so many that half as many images again are there.
 * In between nothing is asked for. A step that fails or is aborted loses nothing: the next one goes on where it was.
 * Steps must not overlap.
 */
export class StackListing {
  #call;
  #params;
  #listed = 0;
  #complete = false;

  /**
   * @param {Call} call
   * @param {{ listing: number }} params
   */
  constructor(call, params) {
    this.#call = call;
    this.#params = params;
  }

  /** Whether all images are listed. */
  get complete() {
    return this.#complete;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /**
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<IteratorResult<ListedStacks, undefined>>}
   */
  async next({ signal } = {}) {
    if (this.#complete) {
      return { done: true, value: undefined };
    }
    /** @type {ListedStacks} */
    let value;
    do {
      value = await this.#call("listStacks", this.#params, signal);
      // an engine that was started again begins anew, with less than was told already
    } while (value.listed < this.#listed && !value.complete);
    this.#listed = value.listed;
    this.#complete = value.complete;
    return { done: false, value };
  }

  /**
   * Forget the listing; called by a `for await` that is left.
   * @returns {Promise<IteratorResult<ListedStacks, undefined>>}
   */
  async return() {
    if (!this.#complete) {
      this.#complete = true;
      await this.#call("endListing", { listing: this.#params.listing });
    }
    return { done: true, value: undefined };
  }
}

export class DicomWebServers {
  /** @type {Map<string, () => string | Promise<string>>} functions that give a token, by the origin it is for */
  #tokens = new Map();
  #lastListing = 0;
  #call;

  /** @param {Call} call */
  constructor(call) {
    this.#call = call;
  }

  /**
   * @param {string | URL} url
   * @param {{ token?: Token }} [options]
   * @returns {DicomWebServer}
   */
  server(url, { token } = {}) {
    const root = new URL(url, globalThis.location?.href);
    if (typeof token === "function") {
      this.#tokens.set(root.origin, token);
    } else {
      this.#tokens.delete(root.origin);
    }
    const told = typeof token === "function" ? { ask: true } : { token };
    const ready = this.#call("setToken", { url: root.origin, ...told });
    // each method of the server tells its failure
    ready.catch(() => {});
    /** @type {Call} */
    const call = async (method, params, signal) => {
      await ready;
      return this.#call(method, params, signal);
    };
    return new DicomWebServer(root.href, call, () => ++this.#lastListing);
  }

  /**
   * A token for an origin of which one was given as a function.
   * @param {string} origin
   */
  token(origin) {
    return this.#tokens.get(origin)?.();
  }
}
