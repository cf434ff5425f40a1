/**
 * Programs as files of the user's machine.
 *
 * @module
 */

/**
 * Let the browser save a file, as it saves downloads.
 * @param {string} name
 * @param {Blob} content
 */
export function saveAs(name, content) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // the browser has taken the blob by then
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {string} path of a file: does its name say that it is for the Python panel? */
export function isForPython(path) {
  return /\.py$/i.test(path) || isWheel(path);
}

/** @param {string} path */
export function isWheel(path) {
  return /\.whl$/i.test(path);
}
