/**
 * What went wrong and what is odd, told on the stage where the user looks.
 *
 * @module
 */

import { element, make } from "./elements.js";

/** Python's error names in the words of a reader; the message says the rest. */
/** @type {Record<string, string>} */
const TITLES = {
  InvalidImageIdError: "Not an image id",
  UnknownSchemeError: "No loader for this scheme",
  LoaderError: "The loader failed",
  LoadCancelledError: "Cancelled",
  FetchError: "Could not be fetched",
  HttpStatusError: "The server answered with an error",
  ConnectionFailedError: "No answer",
  CrossOriginError: "Not allowed by the server (CORS)",
  DecodeError: "Could not be decoded",
  NotAnImageError: "Not an image",
  TruncatedError: "The file ends too soon",
  UnsupportedTransferSyntaxError: "Transfer syntax not supported",
  ImageTooLargeError: "Too large",
  FrameIndexError: "No such frame",
  VolumeError: "No volume",
  PackageError: "A Python package is missing",
  EngineRestartedError: "Python had to be started again",
};

/**
 * @param {unknown} error
 * @param {() => void} [retry]
 * @param {string} [name] what the image is called
 */
export function showError(error, retry, name = "") {
  const { name: kind, message, traceback } = /** @type {Error & { traceback?: string }} */ (error);
  const box = element("error", HTMLDivElement);
  const title = TITLES[kind] ?? "Something went wrong";
  /** @type {HTMLElement[]} */
  const parts = [
    make("h3", {}, name && !message.includes(name) ? `${name}: ${title}` : title),
    make("p", { class: "message" }, message),
  ];
  if (traceback) {
    parts.push(make("details", {}, make("summary", {}, "Details for developers"), make("pre", {}, traceback)));
  }
  if (retry) {
    const again = make("button", { type: "button" }, "Try again");
    again.addEventListener("click", () => {
      clearError();
      retry();
    });
    parts.push(again);
  }
  box.replaceChildren(make("div", { class: "words" }, ...parts), closeButton("Dismiss the error", clearError));
  box.hidden = false;
}

export function clearError() {
  hide(element("error", HTMLDivElement));
}

/**
 * @param {string[]} warnings of the image on display; none clears them
 * @param {HTMLElement} box
 */
export function showWarnings(warnings, box = element("warnings", HTMLDivElement)) {
  box.hidden = warnings.length === 0;
  box.replaceChildren(
    make("div", { class: "words" }, ...warnings.map((warning) => make("p", {}, warning))),
    closeButton("Dismiss the warnings", () => hide(box)),
  );
}

/**
 * Take an element away; the focus goes from it to the picture, else the keyboard would begin at the page's top again.
 * @param {HTMLElement} box
 */
export function hide(box) {
  if (box.contains(document.activeElement)) {
    element("canvas", HTMLCanvasElement).focus({ preventScroll: true });
  }
  box.hidden = true;
}

/**
 * @param {string} label
 * @param {() => void} close
 */
export function closeButton(label, close) {
  const button = make("button", { type: "button", class: "square", "aria-label": label, title: label });
  button.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#icon-close"/></svg>';
  button.addEventListener("click", close);
  return button;
}
