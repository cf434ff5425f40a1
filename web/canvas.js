/**
 * The canvas: its size in device pixels, and pictures painted into it.
 *
 * @module
 */

/** @import { Picture, Point } from "./types.d.ts" */

export class Canvas {
  #context;
  #size = { width: 1, height: 1 };

  /**
   * @param {HTMLCanvasElement} element
   * @param {() => void} onResize
   */
  constructor(element, onResize) {
    this.element = element;
    this.#context = /** @type {CanvasRenderingContext2D} */ (element.getContext("2d"));
    this.#size = deviceSize(element);
    new ResizeObserver(([entry]) => {
      this.#size = deviceSize(element, entry?.devicePixelContentBoxSize?.[0]);
      onResize();
    }).observe(element);
    onResolution(() => {
      this.#size = deviceSize(element);
      onResize();
    });
  }

  /** The device pixels that the canvas covers. */
  get size() {
    return this.#size;
  }

  /** @param {Picture} picture of any size; a smaller one is stretched by the browser */
  paint({ width, height, data }) {
    const { element } = this;
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    this.#context.putImageData(new ImageData(data, width, height), 0, 0);
  }

  /**
   * Where a mouse or touch event is, in device pixels of the canvas.
   * @param {{ clientX: number, clientY: number }} event
   * @returns {Point}
   */
  point({ clientX, clientY }) {
    const box = this.element.getBoundingClientRect();
    return {
      x: (clientX - box.left) * this.#size.width / box.width,
      y: (clientY - box.top) * this.#size.height / box.height,
    };
  }
}

/**
 * @param {HTMLCanvasElement} element
 * @param {ResizeObserverSize} [exact] how the browser rounded, where it tells; emulated screens tell CSS pixels here
 */
function deviceSize(element, exact) {
  const { width, height } = element.getBoundingClientRect();
  const size = {
    width: Math.max(1, Math.round(width * devicePixelRatio)),
    height: Math.max(1, Math.round(height * devicePixelRatio)),
  };
  const close = exact && Math.abs(exact.inlineSize - size.width) <= 1 && Math.abs(exact.blockSize - size.height) <= 1;
  return close ? { width: exact.inlineSize, height: exact.blockSize } : size;
}

/**
 * A window that moves to another screen keeps its size in CSS pixels, and each of them covers other device pixels.
 * @param {() => void} listener
 */
function onResolution(listener) {
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
    listener();
    onResolution(listener);
  }, { once: true });
}
