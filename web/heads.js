/**
 * The beginnings of many files in one request: one for each would take longer than what it brings.
 *
 * @module
 */

/**
 * @param {File[]} files
 * @param {number} length how many bytes of each, fewer where it is shorter
 * @returns {Promise<Uint8Array>} one behind the other; rejects where one of them can not be read
 */
export async function readHeads(files, length) {
  return new Uint8Array(await new Blob(files.map((file) => file.slice(0, length))).arrayBuffer());
}
