/**
 * Small pictures that are painted when they come into sight, and given up when they leave it before.
 *
 * @module
 */

/** @import { Loadstone } from "./loadstone.js" */

/** CSS pixels of the longer side, as in the style sheet. */
export const THUMBNAIL_SIZE = 72;

/**
 * @typedef {object} Thumbnail
 * @property {() => Promise<string>} imageId the image to show; asked for when it is to be painted
 * @property {AbortController | null} painting
 */

export class Thumbnails {
  /** @type {WeakMap<HTMLCanvasElement, Thumbnail>} */
  #thumbnails = new WeakMap();
  /** a little ahead of what is in sight, so that slow scrolling finds them painted */
  #observer = new IntersectionObserver((entries) => entries.forEach(this.#seen), {
    rootMargin: "200px", scrollMargin: "200px",
  });
  #loadstone;

  /** @param {Loadstone} loadstone */
  constructor(loadstone) {
    this.#loadstone = loadstone;
  }

  /**
   * Paint an image on a canvas as soon as that is in sight; replaces what was to be painted there.
   * @param {HTMLCanvasElement} canvas
   * @param {() => Promise<string>} imageId
   */
  show(canvas, imageId) {
    this.#thumbnails.get(canvas)?.painting?.abort();
    this.#thumbnails.set(canvas, { imageId, painting: null });
    this.#observer.unobserve(canvas);
    this.#observer.observe(canvas);
  }

  /** @param {IntersectionObserverEntry} entry */
  #seen = ({ target, isIntersecting }) => {
    const canvas = /** @type {HTMLCanvasElement} */ (target);
    const thumbnail = this.#thumbnails.get(canvas);
    if (thumbnail && isIntersecting && !thumbnail.painting) {
      this.#paint(canvas, thumbnail);
    } else if (!isIntersecting) {
      thumbnail?.painting?.abort();
    }
  };

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Thumbnail} thumbnail
   */
  async #paint(canvas, thumbnail) {
    const painting = new AbortController();
    thumbnail.painting = painting;
    try {
      const size = Math.round(THUMBNAIL_SIZE * devicePixelRatio);
      const imageId = await thumbnail.imageId();
      painting.signal.throwIfAborted();
      const { width, height, data } = await this.#loadstone.thumbnail(imageId, size, { signal: painting.signal });
      if (this.#thumbnails.get(canvas) === thumbnail) {
        canvas.width = width;
        canvas.height = height;
        canvas.getContext("2d")?.putImageData(new ImageData(data, width, height), 0, 0);
        canvas.dataset.state = "painted";
        this.#observer.unobserve(canvas);
      }
    } catch {
      thumbnail.painting = null;
      if (this.#thumbnails.get(canvas) !== thumbnail) {
        return;
      }
      this.#observer.unobserve(canvas);
      if (painting.signal.aborted) {
        // it may have come back into sight meanwhile, which an observer tells but once
        this.#observer.observe(canvas);
      } else {
        // the title still opens it, and opening says what is wrong
        canvas.dataset.state = "failed";
      }
    }
  }
}
