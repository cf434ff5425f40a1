/**
 * A DICOMweb server as the page sees it: what is there, by study, series and stack.
 *
 * @module
 */

/** @import { Series, Stack, Study, StudyQuery } from "./types.d.ts" */

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
