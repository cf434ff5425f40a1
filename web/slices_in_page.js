/**
 * Parts of files, read at once in the page's own thread, which has no FileReaderSync.
 *
 * @module
 */

/**
 * @param {File} file
 * @param {number} start
 * @param {number} end
 * @returns {Uint8Array}
 */
export function readSlice(file, start, end) {
  const url = URL.createObjectURL(file.slice(start, end));
  try {
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    // pages may not ask for an ArrayBuffer at once, but for text in which each byte is a character
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    const text = request.responseText;
    // bytes above 127 are U+F780 to U+F7FF
    return Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  } finally {
    URL.revokeObjectURL(url);
  }
}
