/**
 * The files among what the user gives, on their way to Python: folders are walked, every file gets its path, and
 * Python is given the first ones while more are looked for.
 *
 * @module
 */

import { walk } from "./folders.js";
import { withResolvers } from "./settling.js";

/** @import { Place, WalkOptions } from "./folders.js" */
/** @import { FileToOpen } from "./types.d.ts" */

/** No more than these at once: Python takes some over between two pictures. */
const LARGEST_BATCH = 250;

/** @typedef {{ file: File, path: string }} FoundFile */

/**
 * @param {Iterable<FileToOpen> | AsyncIterable<FileToOpen>} given
 * @param {WalkOptions} options
 * @returns {AsyncGenerator<FoundFile, void, void>}
 */
export async function* filesOf(given, options) {
  for await (const one of given) {
    options.signal?.throwIfAborted();
    if (one instanceof File) {
      yield { file: one, path: one.webkitRelativePath || one.name };
    } else if ("file" in one) {
      yield one;
    } else {
      yield* walk([placeOf(one, "")], options);
    }
  }
}

/**
 * @param {FileSystemHandle} handle
 * @param {string} folder where it lies, with a slash at its end
 * @returns {Place}
 */
function placeOf(handle, folder) {
  const path = `${folder}${handle.name}`;
  if (handle instanceof FileSystemFileHandle) {
    return { path, file: () => handle.getFile() };
  }
  const list = async () => {
    const places = [];
    for await (const inner of /** @type {FileSystemDirectoryHandle} */ (handle).values()) {
      places.push(placeOf(inner, `${path}/`));
    }
    return places;
  };
  return { path, list };
}

/** The files of one opening, numbered and handed on in batches, which Python asks for one after the other. */
export class FileBatches {
  /** @type {{ first: number, count: number }[]} */
  #batches = [];
  #ended = false;
  #found = 0;
  #told = 0;
  #change = /** @type {PromiseWithResolvers<void>} */ (withResolvers());

  /**
   * Hand on the files until there are no more; each batch holds what is found while the one before is on its way.
   * @param {AsyncIterable<FoundFile>} files
   * @param {(files: FoundFile[]) => Promise<number>} hand gives the files to Python, and the number of the first one
   */
  async collect(files, hand) {
    /** @type {FoundFile[]} */
    let waiting = [];
    /** @type {Promise<void> | null} */
    let handing = null;
    const handOn = async () => {
      while (waiting.length) {
        const some = waiting.splice(0, LARGEST_BATCH);
        this.#batches.push({ first: await hand(some), count: some.length });
        this.#wake();
      }
      handing = null;
    };
    for await (const file of files) {
      this.#found += 1;
      waiting.push(file);
      handing ??= handOn();
      // it is awaited below, if the search comes to its end
      handing.catch(() => {});
    }
    await handing;
    this.end();
  }

  /** No more will come. */
  end() {
    this.#ended = true;
    this.#wake();
  }

  /**
   * The numbers of a batch as soon as it is there; none of them where there is no such batch. A Python that had to be
   * started again asks from the first one on.
   * @param {number} index
   */
  async at(index) {
    while (index >= this.#batches.length && !this.#ended) {
      await this.#change.promise;
    }
    this.#told = this.#batches.slice(0, index + 1).reduce((sum, { count }) => sum + count, 0);
    return this.#batches[index] ?? { first: 0, count: 0 };
  }

  /** How many files are found that Python does not know of. */
  get untold() {
    return this.#found - this.#told;
  }

  #wake() {
    this.#change.resolve();
    this.#change = withResolvers();
  }
}
