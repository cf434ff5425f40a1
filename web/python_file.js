/**
 * Programs as files of the user's machine.
 *
 * @module
 */

/**
 * Let the browser save a text, as it saves downloads.
 * @param {string} name
 * @param {string} text
 */
export function saveAs(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
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
