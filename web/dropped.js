/**
 * What a drop or a picker holds: files, and the files of folders with their paths, in the order of their paths.
 *
 * @module
 */

/** @import { SkippedFile } from "./types.d.ts" */

/**
 * @typedef {object} Collected
 * @property {{ file: File, path: string }[]} files
 * @property {SkippedFile[]} skipped what the browser could not hand over
 */
/** @typedef {{ signal: AbortSignal, onFound: (count: number) => void }} CollectOptions */
/** @typedef {(options: CollectOptions) => Promise<Collected>} Collect */

const AT_ONCE = 16;

/**
 * Take what is dropped. A browser empties the transfer when the event is over, so call this within it; the folders are
 * walked later, when the result is called.
 * @param {DataTransfer} transfer
 * @returns {Collect}
 */
export function filesOfDrop(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const roots = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  return async ({ signal, onFound }) => {
    /** @type {Collected} */
    const found = { files: [], skipped: [] };
    for (const root of roots) {
      if (root instanceof File) {
        found.files.push({ file: root, path: root.name });
      } else if (root) {
        await walk(root, found, signal, onFound);
      }
    }
    return sorted(found);
  };
}

/**
 * @param {Iterable<File>} list of an input element, for files or for a folder
 * @returns {Collect}
 */
export function filesOfPicker(list) {
  const files = [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  return async () => sorted({ files, skipped: [] });
}

/**
 * @param {FileSystemEntry} entry
 * @param {Collected} found
 * @param {AbortSignal} signal
 * @param {(count: number) => void} onFound
 * @returns {Promise<void>}
 */
async function walk(entry, found, signal, onFound) {
  signal.throwIfAborted();
  const path = entry.fullPath.replace(/^\//, "");
  try {
    if (entry.isFile) {
      const file = await fileOf(/** @type {FileSystemFileEntry} */ (entry));
      found.files.push({ file, path });
    } else {
      for await (const some of batches(/** @type {FileSystemDirectoryEntry} */ (entry))) {
        // a few at a time, with a pause: the page would freeze while the browser makes thousands of files at once
        for (let start = 0; start < some.length; start += AT_ONCE) {
          await Promise.all(some.slice(start, start + AT_ONCE).map((inner) => walk(inner, found, signal, onFound)));
          await new Promise((resolve) => setTimeout(resolve));
        }
        onFound(found.files.length);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    found.skipped.push({ path, reason: `the browser can not read it (${/** @type {Error} */ (error).message})` });
  }
}

/** @param {FileSystemFileEntry} entry */
function fileOf(entry) {
  return /** @type {Promise<File>} */ (new Promise((resolve, reject) => entry.file(resolve, reject)));
}

/**
 * What a folder holds. A reader hands out a hundred at a time, and none when it has come to the end.
 * @param {FileSystemDirectoryEntry} folder
 */
async function* batches(folder) {
  const reader = folder.createReader();
  for (;;) {
    const some = /** @type {FileSystemEntry[]} */ (await new Promise((resolve, reject) => {
      reader.readEntries(resolve, reject);
    }));
    if (!some.length) {
      return;
    }
    yield some;
  }
}

/** @param {Collected} found */
function sorted({ files, skipped }) {
  const byPath = new Intl.Collator(undefined, { numeric: true });
  return { files: files.sort((one, other) => byPath.compare(one.path, other.path)), skipped };
}
