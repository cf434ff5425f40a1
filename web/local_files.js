/**
 * The files among what the user gives: folders are walked, and every file gets its path.
 *
 * @module
 */

/** @import { FileToOpen, SkippedFile } from "./types.d.ts" */

/**
 * Files with their paths and sizes, each in a list of its own: Python takes three long lists over in far less time
 * than thousands of objects.
 * @typedef {object} FoundFiles
 * @property {File[]} files
 * @property {string[]} paths
 * @property {number[]} sizes
 * @property {SkippedFile[]} skipped what the browser does not hand over
 */

/**
 * @param {Iterable<FileToOpen>} given
 * @param {AbortSignal} [signal] ends the walk
 * @returns {Promise<FoundFiles>}
 */
export async function filesOf(given, signal) {
  /** @type {FoundFiles} */
  const found = { files: [], paths: [], sizes: [], skipped: [] };
  for (const one of given) {
    signal?.throwIfAborted();
    if (one instanceof File) {
      add(found, one, one.webkitRelativePath || one.name);
    } else if ("file" in one) {
      add(found, one.file, one.path);
    } else {
      await walk(one, "", found, signal);
    }
  }
  return found;
}

/**
 * @param {FileSystemHandle} handle
 * @param {string} folder where it lies, with a slash at its end
 * @param {FoundFiles} found takes the files in
 * @param {AbortSignal} [signal]
 */
async function walk(handle, folder, found, signal) {
  signal?.throwIfAborted();
  const path = `${folder}${handle.name}`;
  try {
    if (handle instanceof FileSystemFileHandle) {
      add(found, await handle.getFile(), path);
    } else if (handle instanceof FileSystemDirectoryHandle) {
      for await (const inner of handle.values()) {
        await walk(inner, `${path}/`, found, signal);
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    // one that is gone must not take the others with it
    found.skipped.push({ path, reason: `the browser can not read it (${/** @type {Error} */ (error).message})` });
  }
}

/**
 * @param {FoundFiles} found
 * @param {File} file
 * @param {string} path
 */
function add({ files, paths, sizes }, file, path) {
  files.push(file);
  paths.push(path);
  sizes.push(file.size);
}
