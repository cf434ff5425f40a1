/**
 * Files from the user's machine as the engine knows them: by number, until they are closed.
 *
 * @module
 */

import { FileBatches, filesOf } from "./local_files.js";

/** @import { FoundFile } from "./local_files.js" */
/** @import { FileToOpen, FilesProgress, OpenedFiles as WhatWasFound, SkippedFile } from "./types.d.ts" */

export class OpenedFiles {
  /** The number of the next file that is opened: `dicomfile:1` is the first. */
  #nextFile = 1;
  /** @type {Map<number, FileBatches>} the files of each opening under way */
  #openings = new Map();
  #lastOpening = 0;
  #call;
  #events;

  /**
   * @param {(method: string, params: object, signal?: AbortSignal) => Promise<any>} call
   * @param {EventTarget} events
   */
  constructor(call, events) {
    this.#call = call;
    this.#events = events;
  }

  /**
   * The numbers of a batch of an opening, when Python asks for them.
   * @param {{ opening: number, index: number }} question
   */
  batch({ opening, index }) {
    return this.#openings.get(opening)?.at(index);
  }

  /**
   * @param {Iterable<FileToOpen> | AsyncIterable<FileToOpen>} files
   * @param {{ signal?: AbortSignal, onProgress?: (progress: FilesProgress) => void }} [options]
   * @returns {Promise<WhatWasFound>}
   */
  async open(files, { signal, onProgress = () => {} } = {}) {
    const opening = ++this.#lastOpening;
    const batches = new FileBatches();
    this.#openings.set(opening, batches);
    /** @type {SkippedFile[]} */
    const skipped = [];
    /** @type {[first: number, count: number][]} */
    const numbers = [];
    const end = new AbortController();
    const ended = AbortSignal.any(signal ? [signal, end.signal] : [end.signal]);
    /** @type {Pick<FilesProgress, "studies" | "others">} */
    let told = { studies: [], others: [] };
    /** @param {Event} event */
    const listen = (event) => {
      const { opening: number, ...progress } = /** @type {CustomEvent} */ (event).detail;
      if (number === opening) {
        told = progress;
        onProgress({ ...progress, total: progress.total + batches.untold });
      }
    };
    this.#events.addEventListener("LOADSTONE_FILES_PROGRESS", listen);
    try {
      batches.collect(filesOf(files, { signal: ended, skipped }), (some) => {
        ended.throwIfAborted();
        numbers.push([this.#nextFile, some.length]);
        return this.#add(some);
      }).catch((error) => end.abort(error));
      const result = await this.#call("openFiles", { opening }, ended);
      return { ...result, skipped: [...skipped, ...result.skipped] };
    } catch (error) {
      // nobody knows of the others, so nobody could close them; where Python is gone for good there are none
      this.#call("closeOtherFiles", { numbers, imageIds: idsOf(told) }).catch(() => {});
      throw error;
    } finally {
      this.#events.removeEventListener("LOADSTONE_FILES_PROGRESS", listen);
      this.#openings.delete(opening);
      batches.end();
      end.abort();
    }
  }

  /**
   * @param {Iterable<string>} imageIds
   * @returns {Promise<null>}
   */
  close(imageIds) {
    return this.#call("closeFiles", { imageIds: [...imageIds] });
  }

  /**
   * Number the files and give them to Python: apart from the reading, since an engine that has to be started again is
   * given the files again.
   * @param {FoundFile[]} files
   * @returns {Promise<number>} the number of the first one
   */
  async #add(files) {
    const first = this.#nextFile;
    this.#nextFile += files.length;
    // Python takes three long lists over in far less time than many objects
    const [paths, sizes] = [files.map(({ path }) => path), files.map(({ file }) => file.size)];
    await this.#call("addFiles", { first, files: files.map(({ file }) => file), paths, sizes });
    return first;
  }
}

/** @param {Pick<FilesProgress, "studies" | "others">} found */
function idsOf({ studies, others }) {
  const stacks = studies.flatMap(({ series }) => series.flatMap((one) => one.stacks));
  return [...stacks.flatMap(({ imageIds }) => imageIds), ...others.map(({ imageId }) => imageId)];
}
