/**
 * What a drop or a picker holds: files, and the files of folders with their paths, in the order of their paths.
 *
 * @module
 */

import { sortedByPath, walk } from "./folders.js";

/** @import { Place, WalkOptions } from "./folders.js" */

/** @typedef {Iterable<{ file: File, path: string }> | AsyncIterable<{ file: File, path: string }>} Collected */
/** @typedef {DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }} HandleGiver */
/** @typedef {(options: WalkOptions) => Collected} Collect gives the files one after the other, as they are found */

/**
 * Take what is dropped. A browser empties the transfer when the event is over, so call this within it; the folders are
 * walked later, while the files that the result gives are taken.
 * @param {DataTransfer} transfer
 * @returns {Collect}
 */
export function filesOfDrop(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const places = Promise.all(items.map(placeOfItem));
  return async function* (options) {
    yield* walk((await places).filter((place) => place !== null), options);
  };
}

/**
 * @param {Iterable<File>} list of an input element, for files or for a folder
 * @returns {Collect}
 */
export function filesOfPicker(list) {
  const files = sortedByPath([...list].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
  return () => files;
}

/**
 * @param {DataTransferItem} item
 * @returns {Promise<Place | null>}
 */
async function placeOfItem(item) {
  const entry = item.webkitGetAsEntry();
  const file = item.getAsFile();
  if (entry?.isDirectory) {
    // not every browser has it, and it refuses some folders, such as the user's own
    const handle = await /** @type {HandleGiver} */ (item).getAsFileSystemHandle?.().catch(() => null);
    return placeOf(entry, handle ?? null);
  }
  return file && { path: file.name, file: async () => file };
}

/**
 * An entry tells all that a folder holds. A handle leaves out names that Windows would not take ("IM0001.", "AUX"),
 * but gives the files in a fifth of the time.
 * @param {FileSystemEntry} entry
 * @param {FileSystemHandle | null} handle of the same file or folder
 * @returns {Place}
 */
function placeOf(entry, handle) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = () => fileOf(/** @type {FileSystemFileEntry} */ (entry));
    return { path, file: handle instanceof FileSystemFileHandle ? () => handle.getFile().catch(file) : file };
  }
  const list = async () => {
    const [entries, handles] = await Promise.all([
      entriesOf(/** @type {FileSystemDirectoryEntry} */ (entry)),
      handlesIn(handle).catch(() => /** @type {Map<string, FileSystemHandle>} */ (new Map())),
    ]);
    return entries.map((inner) => placeOf(inner, handles.get(inner.name) ?? null));
  };
  return { path, list };
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/**
 * What a folder holds. A reader hands out a hundred at a time, and none when it has come to the end.
 * @param {FileSystemDirectoryEntry} folder
 */
async function entriesOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const entries = [];
  for (;;) {
    const some = /** @type {FileSystemEntry[]} */ (await new Promise((resolve, reject) => {
      reader.readEntries(resolve, reject);
    }));
    if (!some.length) {
      return entries;
    }
    entries.push(...some);
  }
}

/** @param {FileSystemHandle | null} folder */
async function handlesIn(folder) {
  /** @type {Map<string, FileSystemHandle>} */
  const handles = new Map();
  if (folder instanceof FileSystemDirectoryHandle) {
    for await (const [name, handle] of folder.entries()) {
      handles.set(name, handle);
    }
  }
  return handles;
}
