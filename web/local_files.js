/**
 * The files among what the user gives: folders are walked, and every file gets its path.
 *
 * @module
 */

/** @import { FileToOpen } from "./types.d.ts" */

/**
 * @param {Iterable<FileToOpen>} given
 * @param {AbortSignal} [signal] ends the walk
 * @returns {Promise<{ file: File, path: string }[]>}
 */
export async function filesOf(given, signal) {
  /** @type {{ file: File, path: string }[]} */
  const found = [];
  for (const one of given) {
    signal?.throwIfAborted();
    if (one instanceof File) {
      found.push({ file: one, path: one.webkitRelativePath || one.name });
    } else if ("file" in one) {
      found.push({ file: one.file, path: one.path });
    } else {
      await walk(one, "", found, signal);
    }
  }
  return found;
}

/**
 * @param {FileSystemHandle} handle
 * @param {string} folder where it lies, with a slash at its end
 * @param {{ file: File, path: string }[]} found takes the files in
 * @param {AbortSignal} [signal]
 */
async function walk(handle, folder, found, signal) {
  signal?.throwIfAborted();
  const path = `${folder}${handle.name}`;
  if (handle instanceof FileSystemFileHandle) {
    found.push({ file: await handle.getFile(), path });
  } else if (handle instanceof FileSystemDirectoryHandle) {
    for await (const inner of handle.values()) {
      await walk(inner, `${path}/`, found, signal);
    }
  }
}
