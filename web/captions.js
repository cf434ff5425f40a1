/**
 * What an image is called: a sample's title or a file's name where there is one, else its id. Seen over the picture
 * and said to screen readers.
 *
 * @module
 */

import { element } from "./elements.js";

/** @import { Viewer } from "./viewer.js" */

export class Captions {
  /** @type {Map<string, string>} */
  #names = new Map();

  /** @param {Viewer} viewer */
  constructor(viewer) {
    viewer.addEventListener("shown", () => {
      const { shown } = viewer;
      if (shown) {
        const name = this.name(shown.imageId);
        const count = shown.stack.imageIds.length;
        const place = count > 1 ? `, image ${shown.index + 1} of ${count}` : "";
        element("caption", HTMLParagraphElement).textContent = name;
        element("canvas", HTMLCanvasElement).setAttribute("aria-label", `${name}${place}`);
        element("announcement", HTMLParagraphElement).textContent = `Showing ${name}${place}`;
        document.title = `${name} – Loadstone`;
      }
    });
  }

  /**
   * @param {string[]} imageIds
   * @param {string[]} names of the same images, in the same order
   */
  know(imageIds, names) {
    imageIds.forEach((imageId, index) => this.#names.set(imageId, names[index] ?? imageId));
  }

  /** @param {string} imageId */
  name(imageId) {
    // a frame is called as its file is
    return this.#names.get(imageId) ?? this.#names.get(imageId.replace(/[?&]frame=\d+$/, "")) ?? imageId;
  }
}
