/**
 * The decoder workers: started when there is work for one more, replaced when they die, urgent frames first.
 *
 * @module
 */

import { withResolvers } from "./settling.js";
import { startWorker } from "./workers.js";

/** @import { DecodedFrame } from "./types.d.ts" */

/**
 * What the pool uses of a worker; in Node something else can do that.
 * @typedef {object} DecoderWorker
 * @property {(message: object, transfer: Transferable[]) => void} postMessage
 * @property {((event: MessageEvent) => void) | null} onmessage
 * @property {((event: ErrorEvent) => void) | null} onerror
 * @property {() => void} terminate
 */

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
  /** @type {Map<DecoderWorker, Job | null>} what each worker is busy with */
  #workers = new Map();
  #limit;
  #newWorker;

  /**
   * @param {number} [limit] how many workers there may be
   * @param {() => DecoderWorker} [newWorker]
   */
  constructor(limit = decoderLimit(navigator.hardwareConcurrency), newWorker = startDecoder) {
    this.#limit = limit;
    this.#newWorker = newWorker;
  }

  /**
   * @param {Uint8Array} codestream
   * @param {object} parameters what `decode_frame` takes beside the codestream
   * @param {number[]} urgency
   * @returns {{ promise: Promise<DecodedFrame>, cancel: () => void, hasten: (urgency: number[]) => void }}
   */
  decode(codestream, parameters, urgency) {
    const { promise, resolve, reject } = /** @type {PromiseWithResolvers<DecodedFrame>} */ (withResolvers());
    /** @type {Job} */
    const job = { codestream, parameters, urgency, resolve, reject };
    this.#queue.push(job);
    this.#sort();
    this.#dispatch();
    return { promise, cancel: () => this.#cancel(job), hasten: (sooner) => this.#hasten(job, sooner) };
  }

  /** End all the workers; what they are at rejects. */
  close() {
    this.#queue.splice(0).forEach(({ reject }) => reject(new Error("the decoders were ended")));
    [...this.#workers.keys()].forEach((worker) => this.#bury(worker, "the decoders were ended"));
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
    const worker = this.#newWorker();
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
   * @param {DecoderWorker} worker
   * @param {string} reason
   */
  #bury(worker, reason) {
    worker.terminate();
    this.#workers.get(worker)?.reject(new Error(reason));
    this.#workers.delete(worker);
  }
}

/**
 * A core is left to the engine, but two frames at once are worth it on two cores.
 * @param {number} cores 0 where the browser does not tell
 */
export function decoderLimit(cores) {
  return Math.min(4, Math.max(2, (cores || 2) - 1));
}

function startDecoder() {
  return startWorker(new URL("./decoder.js", import.meta.url), "loadstone decoder");
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function compare(a, b) {
  const place = a.findIndex((value, n) => value !== b[n]);
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}
