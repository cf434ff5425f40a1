/**
 * Walking folders: file after file in the order of their paths, while what comes later is not looked at yet.
 *
 * @module
 */

/** @import { SkippedFile } from "./types.d.ts" */

/** The browser takes a while to make a File: so many at once. */
const AT_ONCE = 32;

/**
 * A file or a folder, however the browser hands it out.
 * @typedef {object} Place
 * @property {string} path
 * @property {() => Promise<File>} [file] of a file
 * @property {() => Promise<Place[]>} [list] of a folder: what it holds
 */
/** @typedef {{ signal?: AbortSignal | undefined, skipped: SkippedFile[] }} WalkOptions takes in what can not be read */

/**
 * @param {Place[]} places
 * @param {WalkOptions} options
 * @returns {AsyncGenerator<{ file: File, path: string }, void, void>}
 */
export async function* walk(places, options) {
  const sorted = sortedByPath(places);
  for (let start = 0; start < sorted.length; start += AT_ONCE) {
    const some = sorted.slice(start, start + AT_ONCE);
    const files = await Promise.all(some.map(({ path, file }) => file && attempt(path, file, options)));
    for (const [index, { path, list }] of some.entries()) {
      options.signal?.throwIfAborted();
      const file = files[index];
      if (file) {
        yield { file, path };
      } else if (list) {
        yield* walk(await attempt(path, list, options) ?? [], options);
      }
    }
  }
}

/**
 * "slice 2" before "slice 10".
 * @template {{ path: string }} P
 * @param {P[]} places
 */
export function sortedByPath(places) {
  const names = new Intl.Collator(undefined, { numeric: true });
  return places.toSorted((one, other) => names.compare(one.path, other.path));
}

/**
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} reading
 * @param {WalkOptions} options
 * @returns {Promise<T | undefined>}
 */
async function attempt(path, reading, { signal, skipped }) {
  signal?.throwIfAborted();
  try {
    return await reading();
  } catch (error) {
    skipped.push({ path, reason: `the browser can not read it (${/** @type {Error} */ (error).message})` });
    return undefined;
  }
}
