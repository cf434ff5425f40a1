/**
 * The decoder workers: started when there is work for one more, replaced when they die, urgent frames first.
 *
 * @module
 */

/** @import { DecodedFrame } from "./types.d.ts" */

/**
 * @typedef {object} Job
 * @property {Uint8Array} codestream
 * @property {object} parameters
 * @property {number[]} urgency lower goes first, compared place by place
 * @property {(answer: DecodedFrame) => void} resolve
 * @property {(reason: Error) => void} reject
 */

/** How long a frame that nobody waits for any more may keep its worker. */
const PATIENCE_MS = 2000;

/** WebAssembly never gives memory back: after a frame of so many bytes its worker is worth less than its memory. */
const LARGE_FRAME = 128 * 2 ** 20;

export class DecoderPool {
  /** @type {Job[]} */
  #queue = [];
  /** @type {Map<Worker, Job | null>} what each worker is busy with */
  #workers = new Map();
  #limit;

  /** @param {number} limit how many workers there may be */
  constructor(limit) {
    this.#limit = limit;
  }

  /**
   * @param {Uint8Array} codestream
   * @param {object} parameters what `decode_frame` takes beside the codestream
   * @param {number[]} urgency
   * @returns {{ promise: Promise<DecodedFrame>, cancel: () => void, hasten: (urgency: number[]) => void }}
   */
  decode(codestream, parameters, urgency) {
    const { promise, resolve, reject } = Promise.withResolvers();
    /** @type {Job} */
    const job = { codestream, parameters, urgency, resolve, reject };
    this.#queue.push(job);
    this.#sort();
    this.#dispatch();
    return { promise, cancel: () => this.#cancel(job), hasten: (sooner) => this.#hasten(job, sooner) };
  }

  /**
   * Somebody wants the frame more urgently; it never moves back.
   * @param {Job} job
   * @param {number[]} urgency
   */
  #hasten(job, urgency) {
    if (compare(urgency, job.urgency) < 0) {
      job.urgency = urgency;
      this.#sort();
    }
  }

  #sort() {
    this.#queue.sort((a, b) => compare(a.urgency, b.urgency));
  }

  /** @param {Job} job */
  #cancel(job) {
    this.#queue = this.#queue.filter((waiting) => waiting !== job);
    job.reject(new Error("cancelled"));
    // one that runs mostly ends sooner than another worker would start, which is of use to the next
    setTimeout(() => {
      const busy = [...this.#workers].find(([, running]) => running === job)?.[0];
      if (busy) {
        this.#bury(busy, "cancelled");
        this.#dispatch();
      }
    }, PATIENCE_MS);
  }

  #dispatch() {
    while (this.#queue.length) {
      const worker = this.#idle() ?? (this.#workers.size < this.#limit ? this.#start() : null);
      if (!worker) {
        return;
      }
      const job = /** @type {Job} */ (this.#queue.shift());
      this.#workers.set(worker, job);
      worker.postMessage({ codestream: job.codestream, parameters: job.parameters }, [job.codestream.buffer]);
    }
  }

  #idle() {
    for (const [worker, job] of this.#workers) {
      if (!job) {
        return worker;
      }
    }
    return null;
  }

  #start() {
    const worker = new Worker(new URL("./decoder.js", import.meta.url), { type: "module", name: "loadstone decoder" });
    worker.onmessage = ({ data }) => {
      if (data.died === undefined) {
        this.#workers.get(worker)?.resolve(data.answer);
        this.#workers.set(worker, null);
        if (data.answer.data?.byteLength > LARGE_FRAME) {
          this.#bury(worker, "its memory is given back");
        }
      } else {
        this.#bury(worker, data.died);
      }
      this.#dispatch();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#bury(worker, event.message || "its script could not be loaded");
      this.#dispatch();
    };
    this.#workers.set(worker, null);
    return worker;
  }

  /**
   * @param {Worker} worker
   * @param {string} reason
   */
  #bury(worker, reason) {
    worker.terminate();
    this.#workers.get(worker)?.reject(new Error(reason));
    this.#workers.delete(worker);
  }
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function compare(a, b) {
  const place = a.findIndex((value, n) => value !== b[n]);
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}
