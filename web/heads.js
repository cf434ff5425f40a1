/**
 * The beginnings of many files in a few requests: one for each would take longer than what it brings.
 *
 * @module
 */

/** So many requests at once: with one, the browser reads file after file. */
const REQUESTS = 4;

/**
 * @param {File[]} files
 * @param {number} length how many bytes of each, fewer where it is shorter
 * @returns {Promise<Uint8Array>} one behind the other; rejects where one of them can not be read
 */
export async function readHeads(files, length) {
  const slices = files.map((file) => file.slice(0, length));
  const share = Math.ceil(slices.length / REQUESTS);
  const shares = Array.from({ length: REQUESTS }, (_, index) => slices.slice(index * share, (index + 1) * share));
  const read = await Promise.all(shares.map((some) => new Blob(some).arrayBuffer()));
  const heads = new Uint8Array(read.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  for (const some of read) {
    heads.set(new Uint8Array(some), end);
    end += some.byteLength;
  }
  return heads;
}
