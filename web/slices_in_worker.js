/**
 * Parts of files, read at once as only workers can.
 *
 * @module
 */

/** The page's types, which hold here too, do not have it. */
const FileReaderSync = /** @type {new () => { readAsArrayBuffer: (blob: Blob) => ArrayBuffer }} */ (
  Reflect.get(globalThis, "FileReaderSync")
);

/**
 * @param {File} file
 * @param {number} start
 * @param {number} end
 * @returns {Uint8Array}
 */
export function readSlice(file, start, end) {
  return new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(start, end)));
}
