/**
 * Files from the user's machine as the engine knows them: by number, until they are closed.
 *
 * @module
 */

import { filesOf } from "./local_files.js";

/** @import { FileToOpen, FilesProgress, OpenedFiles as WhatWasFound } from "./types.d.ts" */

export class OpenedFiles {
  /** The number of the next file that is opened: `dicomfile:1` is the first. */
  #nextFile = 1;
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
   * @param {Iterable<FileToOpen>} files
   * @param {{ signal?: AbortSignal, onProgress?: (progress: FilesProgress) => void }} [options]
   * @returns {Promise<WhatWasFound>}
   */
  async open(files, { signal, onProgress = () => {} } = {}) {
    const { skipped, ...found } = await filesOf(files, signal);
    const first = this.#nextFile;
    this.#nextFile += found.files.length;
    /** @type {Pick<FilesProgress, "studies" | "others">} */
    let told = { studies: [], others: [] };
    /** @param {Event} event */
    const listen = (event) => {
      const { first: number, ...progress } = /** @type {CustomEvent} */ (event).detail;
      if (number === first) {
        told = progress;
        onProgress(progress);
      }
    };
    this.#events.addEventListener("LOADSTONE_FILES_PROGRESS", listen);
    try {
      // apart from the reading, since an engine that has to be started again is given the files again
      await this.#call("addFiles", { ...found, first }, signal);
      const opened = await this.#call("openFiles", { first, count: found.files.length }, signal);
      return { ...opened, skipped: [...skipped, ...opened.skipped] };
    } catch (error) {
      // nobody knows of the others, so nobody could close them; where Python is gone for good there are none
      const open = { first, count: found.files.length, imageIds: idsOf(told) };
      this.#call("closeOtherFiles", open).catch(() => {});
      throw error;
    } finally {
      this.#events.removeEventListener("LOADSTONE_FILES_PROGRESS", listen);
    }
  }

  /**
   * @param {Iterable<string>} imageIds
   * @returns {Promise<null>}
   */
  close(imageIds) {
    return this.#call("closeFiles", { imageIds: [...imageIds] });
  }
}

/** @param {Pick<FilesProgress, "studies" | "others">} found */
function idsOf({ studies, others }) {
  const stacks = studies.flatMap(({ series }) => series.flatMap((one) => one.stacks));
  return [...stacks.flatMap(({ imageIds }) => imageIds), ...others.map(({ imageId }) => imageId)];
}
