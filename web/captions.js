/**
 * What an image is called: a sample's title, a file's name, its patient and series where they are known, else its id. Seen over the picture
 * and said to screen readers.
 *
 * @module
 */

import { element } from "./elements.js";

/** @import { Viewer } from "./viewer.js" */

export class Captions {
  /** @type {Map<string, string>} */
  #names = new Map();

  #listed;

  /**
   * @param {Viewer} viewer
   * @param {(imageId: string) => string | undefined} listed what the list of studies calls an image
   * @param {string} page what the page is called
   */
  constructor(viewer, listed, page) {
    this.#listed = listed;
    viewer.addEventListener("shown", () => {
      const { shown } = viewer;
      if (shown) {
        const name = this.name(shown.imageId);
        const count = shown.stack.imageIds.length;
        const place = count > 1 ? `, image ${shown.index + 1} of ${count}` : "";
        element("caption", HTMLParagraphElement).textContent = name;
        element("canvas", HTMLCanvasElement).setAttribute("aria-label", `${name}${place}`);
        element("announcement", HTMLParagraphElement).textContent = `Showing ${name}${place}`;
        document.title = name === page ? page : `${name} – ${page}`;
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
    const ofFile = imageId.replace(/[?&]frame=\d+$/, "");
    return this.#names.get(imageId) ?? this.#names.get(ofFile) ?? this.#listed(imageId) ?? imageId;
  }
}
