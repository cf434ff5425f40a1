/**
 * One render at a time, and always the newest one next: what came in between is never rendered.
 *
 * @module
 */

/** @import { RenderedPicture, View } from "./types.d.ts" */

/** How long an image that nobody waits for any more may hold up the next one. */
const PATIENCE_MS = 150;

/**
 * @typedef {object} Job
 * @property {string} imageId
 * @property {View} view
 */

/**
 * @template {Job} J
 */
export class RenderLoop {
  /** @type {J | null} */
  #wanted = null;
  /** @type {{ job: J, abort: AbortController, since: number } | null} */
  #running = null;
  #render;
  #onPicture;
  #onError;

  /**
   * @param {(job: J, signal: AbortSignal) => Promise<RenderedPicture>} render
   * @param {(job: J, picture: RenderedPicture, milliseconds: number) => void} onPicture
   * @param {(job: J, error: unknown) => void} onError not told of what was cancelled
   */
  constructor(render, onPicture, onError) {
    this.#render = render;
    this.#onPicture = onPicture;
    this.#onError = onError;
  }

  /** The job that runs or waits; null where there is nothing to do. */
  get pending() {
    return this.#wanted ?? this.#running?.job ?? null;
  }

  /** @param {J} job */
  request(job) {
    this.#wanted = job;
    if (!this.#running) {
      this.#start(job);
    } else if (this.#running.job.imageId !== job.imageId) {
      const waited = performance.now() - this.#running.since;
      setTimeout(this.#overtake, Math.max(0, PATIENCE_MS - waited), this.#running);
    }
  }

  /** Give up what runs and what waits. */
  cancel() {
    this.#wanted = null;
    const running = this.#running;
    this.#running = null;
    running?.abort.abort();
  }

  /** @param {unknown} slow the run that was under way when something newer was asked for */
  #overtake = (slow) => {
    const running = this.#running;
    if (running && running === slow && this.#wanted && this.#wanted.imageId !== running.job.imageId) {
      // the new one first: frames of one file share a fetch, which must not be aborted in between
      this.#start(this.#wanted);
      running.abort.abort();
    }
  };

  /** @param {J} job */
  #start(job) {
    const running = { job, abort: new AbortController(), since: performance.now() };
    this.#running = running;
    this.#wanted = null;
    this.#render(job, running.abort.signal).then(
      (picture) => this.#finish(running, () => {
        this.#onPicture(job, picture, performance.now() - running.since);
      }),
      (error) => this.#finish(running, () => this.#onError(job, error)),
    );
  }

  /**
   * @param {object} running
   * @param {() => void} tell
   */
  #finish(running, tell) {
    if (this.#running !== running) {
      return;
    }
    this.#running = null;
    // Python works on the next one while this one is painted
    if (this.#wanted) {
      this.#start(this.#wanted);
    }
    tell();
  }
}
