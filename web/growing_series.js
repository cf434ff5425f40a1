/**
 * A series that a server lists step by step. Its first images open it; the others are asked for behind the first picture
 * and only while the series is on display, and where that has been interrupted, it goes on where it was.
 *
 * @module
 */

/** @import { StackListing } from "./dicomweb.js" */
/** @import { ListedStacks } from "./types.d.ts" */

export class GrowingSeries {
  /** @type {AbortController | null} of the growth that is under way */
  #abort = null;
  #failed = false;
  #closed = false;
  #listing;
  #put;
  #fail;

  /**
   * @param {StackListing} listing
   * @param {(found: ListedStacks) => void} put hears of all stacks that are known by now
   * @param {(error: unknown) => void} fail hears why the growth has ended
   */
  constructor(listing, put, fail) {
    this.#listing = listing;
    this.#put = put;
    this.#fail = fail;
  }

  /** List the first images; rejects where there is no answer. */
  async begin() {
    await this.#step();
  }

  /** List the others, if that is not being done; an error ends it until it was stopped. */
  async grow() {
    if (this.#abort || this.#failed) {
      return;
    }
    const abort = new AbortController();
    this.#abort = abort;
    try {
      while (!this.#listing.complete) {
        await this.#step(abort.signal);
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this.#failed = true;
        this.#fail(error);
      }
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
      }
    }
  }

  /** Interrupt the growth: what is listed stays. */
  stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.#failed = false;
  }

  /** The user is done with it: nothing more is told. */
  close() {
    this.stop();
    this.#closed = true;
    // who forgets needs no answer
    this.#listing.return().catch(() => {});
  }

  /** @param {AbortSignal} [signal] */
  async #step(signal) {
    const { value } = await this.#listing.next({ signal });
    if (value && !this.#closed) {
      this.#put(value);
    }
  }
}
