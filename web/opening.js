/**
 * Opening files: one Python program or wheel goes to the panel, all else is taken for images. They are read in the background,
 * the list shows what they hold as it becomes known, and the first stack opens at once, unless the user has gone on to
 * something else meanwhile.
 *
 * @module
 */

import { images } from "./list_row.js";
import { showError } from "./notices.js";
import { withOthers } from "./other_files.js";
import { isForPython } from "./python_file.js";
import { Reading } from "./reading.js";

/** @import { Captions } from "./captions.js" */
/** @import { Collect, Collected } from "./dropped.js" */
/** @import { ListedStudy } from "./list_row.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Source, StudyList } from "./study_list.js" */
/** @import { OtherImage, SkippedFile, Study } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

/**
 * @typedef {object} Opener what files are opened with, and shown by
 * @property {Loadstone} loadstone
 * @property {Viewer} viewer
 * @property {StudyList} list
 * @property {Captions} captions
 * @property {(file: File) => Promise<void>} openProgram
 */

/**
 * @param {Promise<Opener | null>} opener files may come before Python is up; null where it does not start
 * @param {Collect} collect
 */
export async function openFiles(opener, collect) {
  const reading = new Reading();
  const { signal } = reading;
  try {
    const ready = await Promise.race([opener, aborted(signal)]);
    if (!ready) {
      reading.leave();
      return;
    }
    const { loadstone, viewer, openProgram } = ready;
    const before = viewer.stack;
    /** @type {SkippedFile[]} */
    const skipped = [];
    const files = new Given(collect({ signal, skipped }));
    const program = await files.program();
    if (program) {
      reading.leave();
      await openProgram(program);
      return;
    }
    const show = shower(ready, () => viewer.stack === before, files);
    const result = await loadstone.openFiles(files, {
      signal,
      onProgress: (progress) => {
        reading.progress(progress.read, progress.total);
        show(progress, false);
      },
    });
    finish(reading, show(result, true), [...skipped, ...result.skipped]);
  } catch (error) {
    if (signal.aborted) {
      reading.end("Cancelled. What had been read stays in the list.", []);
    } else {
      reading.leave();
      showError(error, () => openFiles(opener, collect));
    }
  }
}

/** Files on their way, and whether there was but one. */
class Given {
  /** @type {string[]} */
  #paths = [];
  #complete = false;
  #files;
  /** @type {{ file: File, path: string }[]} those that were looked at already */
  #ahead = [];

  /** @param {Collected} files */
  constructor(files) {
    this.#files = each(files);
  }

  /** @returns {Promise<File | null>} the file, where there is but one and it is for the Python panel */
  async program() {
    const first = await this.#lookAtNext();
    return first && isForPython(first.path) && !(await this.#lookAtNext()) ? first.file : null;
  }

  async #lookAtNext() {
    const { value } = await this.#files.next();
    if (value) {
      this.#ahead.push(value);
    }
    return value;
  }

  async *[Symbol.asyncIterator]() {
    for (const files of [this.#ahead, this.#files]) {
      for await (const one of files) {
        this.#paths.push(one.path);
        yield one;
      }
    }
    this.#complete = true;
  }

  /** The path of the only file; "" where there are several, or may be. */
  get only() {
    return this.#complete && this.#paths.length === 1 ? this.#paths[0] ?? "" : "";
  }
}

/**
 * @param {Collected} files
 * @returns {AsyncGenerator<{ file: File, path: string }, undefined>}
 */
async function* each(files) {
  yield* files;
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>} rejects as soon as it is aborted
 */
function aborted(signal) {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/**
 * @param {Opener} opener
 * @param {() => boolean} isWaiting whether the user has not gone on to something else
 * @param {Given} files what has no other name is called by the only file
 */
function shower({ loadstone, list, captions }, isWaiting, files) {
  /** @type {Set<string>} studies that the user has closed meanwhile */
  const closed = new Set();
  /** @param {ListedStudy} study */
  const letGo = ({ series }) => {
    const stacks = series.flatMap((one) => one.stacks);
    // where Python is gone for good, its files are too
    loadstone.closeFiles(stacks.flatMap(({ imageIds }) => imageIds)).catch(() => {});
  };
  /** @type {Source} */
  const source = {
    closed: (study) => {
      closed.add(study.studyInstanceUID);
      letGo(study);
    },
  };
  let opened = false;
  /**
   * @param {{ studies: Study[], others: OtherImage[] }} found
   * @param {boolean} complete
   */
  return ({ studies, others }, complete) => {
    const { only } = files;
    const all = withOthers(only ? studies.map((study) => calledBy(only, study)) : studies, others);
    if (all.length) {
      captions.know(others.map(({ imageId }) => imageId), others.map(({ path }) => path));
      list.show(source, all.filter(({ studyInstanceUID }) => !closed.has(studyInstanceUID)), complete);
      // they may have more images by now
      all.filter(({ studyInstanceUID }) => closed.has(studyInstanceUID)).forEach(letGo);
      if (!opened && isWaiting()) {
        list.openFirst(source);
      }
      opened = true;
    }
    return all;
  };
}

/**
 * @param {string} path
 * @param {Study} study
 */
function calledBy(path, study) {
  const series = study.series.map((one) => ({ ...one, description: one.description || path }));
  return study.series.length === 1 ? { ...study, series } : study;
}

/**
 * @param {Reading} reading
 * @param {ListedStudy[]} studies
 * @param {SkippedFile[]} skipped
 */
function finish(reading, studies, skipped) {
  const series = studies.flatMap((study) => study.series);
  const count = series.flatMap(({ stacks }) => stacks).reduce((sum, { imageIds }) => sum + imageIds.length, 0);
  const [first] = skipped;
  if (count) {
    reading.end(`${images(count)} in ${series.length} series`, skipped);
  } else if (skipped.length === 1 && first) {
    reading.leave();
    showError(new Error(`${first.path}: ${first.reason}`));
  } else {
    reading.end(skipped.length ? "No images found" : "The folder is empty", skipped);
  }
}
