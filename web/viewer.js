/**
 * What is on display: a stack of image ids, the place in it, how it is presented, and the picture on the canvas.
 *
 * A new stack takes the old one's place only when its first picture has come, so an error leaves everything as it was.
 *
 * @module
 */

import { FRESH, atFullSize, viewOf } from "./presentation.js";
import { RenderLoop } from "./render_loop.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Presentation } from "./presentation.js" */
/** @import { Job } from "./render_loop.js" */
/** @import { RenderedPicture, ResolvedView } from "./types.d.ts" */

/** A picture slower than this is rendered at half the resolution while something is dragged. */
const SLOW_PICTURE_MS = 30;

/**
 * @typedef {object} Stack
 * @property {string[]} imageIds
 * @property {number} index the place that the user is at; the picture may still be on its way
 * @property {Presentation} presentation
 */
/** @typedef {Job & { stack: Stack, index: number, presentation: Presentation, fraction: number }} StackJob */
/** @typedef {{ stack: Stack, imageId: string, index: number, view: ResolvedView }} Shown */
/**
 * What tools, keys and the status line work on: the viewer, or a pane of the planes.
 * @typedef {EventTarget & Pick<Viewer, "shown" | "stack" | "presentation" | "dragging" | "change" | "goTo" | "scroll">
 * } Viewport
 */

/**
 * Fires `shown` (another image is on the canvas), `painted` (any new picture), `moved` (another place in the stack),
 * `loading` (an image is asked for), `settled` (none is any more), `cancelled` (by the user) and `failed` (detail:
 * error, imageId, retry).
 */
export class Viewer extends EventTarget {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Stack | null} the stack that takes over with its first picture */
  #coming = null;
  #dragging = false;
  #pictureMs = 0;
  #navigation;
  #changes;
  #canvas;

  /**
   * @param {Loadstone} loadstone
   * @param {Canvas} canvas
   */
  constructor(loadstone, canvas) {
    super();
    this.#canvas = canvas;
    /** @type {(job: StackJob, signal: AbortSignal) => Promise<RenderedPicture>} */
    const render = ({ imageId, view }, signal) => loadstone.render(imageId, view, { signal, requestType: "interaction" });
    this.#navigation = new RenderLoop(render, this.#arrived, this.#missed);
    // apart from navigation: what is shown stays workable while a slow image is on its way
    this.#changes = new RenderLoop(render, this.#repainted, this.#failed);
  }

  /** What is on the canvas. */
  get shown() {
    return this.#shown;
  }

  /** The stack that the user moves in. */
  get stack() {
    return this.#coming ?? this.#shown?.stack ?? null;
  }

  /** @returns {Presentation} */
  get presentation() {
    return this.#shown?.stack.presentation ?? FRESH;
  }

  /**
   * Show another stack.
   * @param {string[]} imageIds
   * @param {number} [index]
   */
  open(imageIds, index = 0) {
    const interpolation = this.presentation.interpolation;
    this.#coming = { imageIds, index, presentation: { ...FRESH, interpolation } };
    this.#navigate(this.#coming);
  }

  /**
   * Put all frames of a file where one of its images stands in the stack, staying at the same image.
   * @param {Stack} stack
   * @param {string} imageId
   * @param {string[]} frames
   */
  insertFrames(stack, imageId, frames) {
    const at = stack.imageIds.indexOf(imageId);
    if (at < 0) {
      return;
    }
    const within = Math.max(0, frames.indexOf(imageId));
    const place = (/** @type {number} */ index) => index + (index > at ? frames.length - 1 : index === at ? within : 0);
    stack.imageIds = stack.imageIds.toSpliced(at, 1, ...frames);
    stack.index = place(stack.index);
    if (this.#shown?.stack === stack) {
      this.#shown = { ...this.#shown, index: place(this.#shown.index) };
      this.#tell("moved");
    }
  }

  /**
   * The stacks that were opened with this very list of images have more of them by now; they stay at the same image.
   * @param {string[]} before
   * @param {(imageId: string) => string[] | undefined} now the list that an image is in now
   */
  extend(before, now) {
    for (const stack of new Set([this.#coming, this.#shown?.stack])) {
      if (stack?.imageIds !== before) {
        continue;
      }
      const at = stack.imageIds[stack.index] ?? "";
      const shown = stack === this.#shown?.stack ? this.#shown : null;
      const imageIds = now(shown?.imageId ?? at);
      if (imageIds && imageIds !== before) {
        stack.imageIds = imageIds;
        stack.index = Math.max(0, imageIds.indexOf(at));
        if (shown) {
          this.#shown = { ...shown, index: Math.max(0, imageIds.indexOf(shown.imageId)) };
          this.#tell("moved");
        }
      }
    }
  }

  /** Load the image that the user is at anew: its loader gives another one now. Place and presentation stay. */
  reload() {
    const { stack } = this;
    if (stack) {
      this.#navigate(stack);
    }
  }

  /** @param {number} index held within the stack */
  goTo(index) {
    const { stack } = this;
    if (!stack) {
      return;
    }
    const place = Math.min(Math.max(index, 0), stack.imageIds.length - 1);
    if (place !== stack.index) {
      stack.index = place;
      this.#tell("moved");
      this.#navigate(stack);
    }
  }

  /** @param {number} steps */
  scroll(steps) {
    this.goTo((this.stack?.index ?? 0) + steps);
  }

  /**
   * Present the shown image in another way.
   * @param {(presentation: Presentation, view: ResolvedView) => Presentation} change
   */
  change(change) {
    const shown = this.#shown;
    if (shown) {
      shown.stack.presentation = change(shown.stack.presentation, shown.view);
      this.#repaint();
    }
  }

  /** Between the start and the end of a drag, a quick picture counts more than a fine one. */
  set dragging(/** @type {boolean} */ dragging) {
    this.#dragging = dragging;
    if (!dragging) {
      this.#refine();
    }
  }

  /** The canvas has another size now. */
  resized() {
    if (this.#shown) {
      this.#repaint();
    }
  }

  /** Give up the image that is on its way; what is shown stays. */
  cancel() {
    this.#navigation.cancel();
    this.#coming = null;
    if (this.#shown) {
      this.#shown.stack.index = this.#shown.index;
      this.#tell("moved");
    }
    this.#tell("settled");
    this.#tell("cancelled");
  }

  /** @param {Stack} stack */
  #navigate(stack) {
    this.#navigation.request(this.#job(stack, stack.index, stack.imageIds[stack.index] ?? ""));
    this.#tell("loading", { imageId: stack.imageIds[stack.index] });
  }

  /** A preview stays no longer than the drag, and a picture of the canvas's former size not at all. */
  #refine() {
    const { element, size } = this.#canvas;
    const fits = element.width === size.width && element.height === size.height;
    if (this.#shown && !this.#dragging && !fits && !this.#changes.pending) {
      this.#repaint();
    }
  }

  #repaint() {
    const shown = /** @type {Shown} */ (this.#shown);
    this.#changes.request(this.#job(shown.stack, shown.index, shown.imageId));
  }

  /**
   * @param {Stack} stack
   * @param {number} index
   * @param {string} imageId
   * @returns {StackJob}
   */
  #job(stack, index, imageId) {
    const fraction = this.#dragging && this.#pictureMs > SLOW_PICTURE_MS ? 0.5 : 1;
    const { presentation } = stack;
    return { stack, index, imageId, presentation, fraction, view: viewOf(presentation, this.#canvas.size, fraction) };
  }

  /**
   * An image that was navigated to. Between the shown place and the wanted one it is welcome on the way; from a
   * stack that the user has left it is too late.
   * @param {StackJob} job
   * @param {RenderedPicture} picture
   */
  #arrived = (job, picture) => {
    if (job.stack !== this.stack) {
      return;
    }
    this.#coming = null;
    this.#shown = { stack: job.stack, imageId: job.imageId, index: placeOf(job), view: atFullSize(picture.view, job.fraction) };
    this.#paint(job, picture);
    this.#tell("shown");
    if (!this.#navigation.pending) {
      this.#tell("settled");
    }
    if (job.presentation !== job.stack.presentation) {
      this.#repaint();
    }
  };

  /**
   * An image that was navigated to has failed. What the user has passed over already is no news.
   * @param {StackJob} job
   * @param {unknown} error
   */
  #missed = (job, error) => {
    if (placeOf(job) === job.stack.index) {
      this.#failed(job, error);
    }
  };

  /**
   * The shown image, presented in another way.
   * @param {StackJob} job
   * @param {RenderedPicture} picture
   * @param {number} milliseconds
   */
  #repainted = (job, picture, milliseconds) => {
    if (this.#shown?.stack === job.stack && this.#shown.imageId === job.imageId) {
      this.#shown = { ...this.#shown, view: atFullSize(picture.view, job.fraction) };
      if (job.fraction === 1) {
        // a mean of the last few: one picture that had to wait for something else says little
        this.#pictureMs += (milliseconds - this.#pictureMs) / 3;
      }
      this.#paint(job, picture);
    } else {
      // the image that came meanwhile may have waited for this to end
      this.#refine();
    }
  };

  /**
   * @param {StackJob} job
   * @param {RenderedPicture} picture
   */
  #paint(job, picture) {
    this.#canvas.paint(picture);
    const { dataset } = this.#canvas.element;
    dataset.imageId = job.imageId;
    dataset.view = JSON.stringify(picture.view);
    this.#tell("painted");
    this.#refine();
  }

  /**
   * @param {StackJob} job
   * @param {unknown} error
   */
  #failed = (job, error) => {
    if (job.stack !== this.stack) {
      return;
    }
    const abandoned = this.#coming;
    this.#coming = null;
    const retry = () => (abandoned ? this.open(abandoned.imageIds, abandoned.index) : this.#navigate(job.stack));
    this.#tell("failed", { error, imageId: job.imageId, retry });
    if (!this.#navigation.pending) {
      this.#tell("settled");
    }
  };

  /**
   * @param {string} name
   * @param {object} [detail]
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * Where a job's image is by now: frames may have come into the stack since it was asked for.
 * @param {StackJob} job
 */
function placeOf({ stack, index, imageId }) {
  if (stack.imageIds[index] === imageId) {
    return index;
  }
  const place = stack.imageIds.indexOf(imageId);
  // an image whose own frames took its place is where the user is
  return place < 0 ? stack.index : place;
}
