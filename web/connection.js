/**
 * The line to the engine: numbered calls over postMessage. When the engine ends, it is started again and told again
 * what the one before was told; calls that wait for it go on.
 *
 * @module
 */

import { Calls } from "./calls.js";
import { cancelled, interrupted, toError } from "./errors.js";
import { Questions } from "./questions.js";
import { Replay } from "./replay.js";
import { withResolvers } from "./settling.js";

/** @import { Call } from "./calls.js" */
/** @import { EngineEvents } from "./events.js" */
/** @import { RunningEngine, StartEngine } from "./engines.js" */
/** @import { BootProgress, FailedReplay, FromEngine, Load } from "./types.d.ts" */
/** @import { Told } from "./replay.js" */

/** So often in a row may the engine end with no call to blame and no answer in between, before it is given up. */
const ENDS_IN_A_ROW = 3;

/** How long one call that may have ended the engine holds up the next such one. */
const PATIENCE_MS = 3000;

export class EngineConnection {
  #calls = new Calls();
  #questions = new Questions();
  #ready = /** @type {PromiseWithResolvers<void>} */ (withResolvers());
  #wasReady = false;
  /** Whether the engine takes calls: it is up and has been told everything again. */
  #answering = false;
  #endsInARow = 0;
  #replay = new Replay();
  /** @type {FailedReplay[]} */
  #failedReplays = [];
  /** @type {Error | null} */
  #closed = null;
  #engine;
  #startEngine;
  #onProgress;
  #events;

  /**
   * @param {StartEngine} startEngine
   * @param {(progress: BootProgress) => void} onProgress
   * @param {EngineEvents} events
   */
  constructor(startEngine, onProgress, events) {
    this.#startEngine = startEngine;
    this.#onProgress = onProgress;
    this.#events = events;
    this.#engine = this.#start();
  }

  /** Settles when Python is up, or with the reason why it is not. */
  get ready() {
    return this.#ready.promise;
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {AbortSignal} [signal]
   * @returns {Load<any>}
   */
  call(method, params, signal) {
    if (this.#closed || signal?.aborted) {
      return { promise: Promise.reject(this.#closed ?? signal?.reason), cancelFn: () => {} };
    }
    const call = this.#calls.add(method, params);
    /** @param {unknown} reason */
    const giveUp = (reason) => {
      if (this.#calls.take(call.id)) {
        if (call.sent) {
          this.#engine.post({ kind: "cancel", id: call.id });
        }
        call.reject(reason);
      }
    };
    const onAbort = () => giveUp(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    if (this.#answering) {
      this.#send(call);
    }
    return {
      promise: call.promise.finally(() => signal?.removeEventListener("abort", onAbort)),
      cancelFn: () => giveUp(cancelled(params)),
    };
  }

  /** What an engine that has to be started again is told. */
  get told() {
    return this.#replay.calls;
  }

  /**
   * Let `answer` answer the questions of this name that Python asks the page.
   * @param {string} name
   * @param {(detail: any) => unknown} answer its value, or promise of one, is plain data; typed arrays in it move
   */
  onQuestion(name, answer) {
    this.#questions.on(name, answer);
  }

  /**
   * End the engine and start it again; every call that it has rejects. Settles as {@link ready} does.
   * @returns {Promise<void>}
   */
  async restart() {
    if (this.#closed) {
      throw this.#closed;
    }
    this.#engine.terminate();
    this.#again(new Error("restart() was called"), () => true);
    return this.ready;
  }

  /**
   * End the engine and fail every call with `reason`, those to come included.
   * @param {Error} reason
   */
  close(reason) {
    this.#engine.terminate();
    this.#answering = false;
    this.#closed ??= reason;
    this.#ready.reject(this.#closed);
    this.#calls.rejectAll(this.#closed);
  }

  #start() {
    return this.#startEngine(
      (message) => this.#receive(message),
      (error, started) => this.#ended(error, started),
    );
  }

  /** @param {Call} call */
  #send(call) {
    try {
      this.#engine.post({ kind: "call", id: call.id, method: call.method, params: call.params });
      call.sent = true;
    } catch (error) {
      // what can not be cloned
      this.#settle(call.id)?.reject(error);
    }
  }

  /** @param {FromEngine} message */
  #receive(message) {
    switch (message.kind) {
      case "progress":
        this.#onProgress(message.progress);
        break;
      case "ready":
        this.#begin();
        break;
      case "event":
        if (message.name === "LOADSTONE_FILES_CLOSED") {
          this.#replay.close(/** @type {{ addresses: string[] }} */ (message.detail).addresses);
        }
        this.#tell(message.name, message.detail);
        break;
      case "question":
        this.#questions.answer(message, this.#engine);
        break;
      case "result": {
        const call = this.#settle(message.id);
        if (call && !call.replayed) {
          this.#replay.note(call.method, call.params);
        }
        call?.resolve(message.value);
        break;
      }
      case "error":
        this.#settle(message.id)?.reject(toError(message.error));
    }
  }

  /** @param {number} id */
  #settle(id) {
    const call = this.#calls.take(id);
    if (call && !call.replayed) {
      this.#endsInARow = 0;
    }
    return call;
  }

  /** Python is up: tell it again what the one before was told, then let the calls through. */
  async #begin() {
    const engine = this.#engine;
    for (const told of this.#replay.calls) {
      await this.#tellAgain(told);
      if (engine !== this.#engine || this.#closed) {
        return;
      }
    }
    this.#answering = true;
    if (this.#wasReady) {
      this.#tell("LOADSTONE_ENGINE_RESTARTED", { failed: this.#failedReplays });
      this.#failedReplays = [];
    }
    this.#wasReady = true;
    this.#ready.resolve();
    const waiting = this.#calls.open.filter(({ sent }) => !sent);
    waiting.filter(({ ends }) => !ends).forEach((call) => this.#send(call));
    await this.#sendOneByOne(waiting.filter(({ ends }) => ends), engine);
  }

  /** @param {Told} told */
  async #tellAgain(told) {
    const call = this.#calls.add(told.method, told.params, true);
    this.#send(call);
    try {
      await call.promise;
    } catch (error) {
      this.#replay.forget(told);
      this.#failedReplays.push({ ...told, error: /** @type {Error} */ (error) });
    }
  }

  /**
   * One of these calls may have ended the engine. If it does so again, this time it is known which.
   * @param {Call[]} calls
   * @param {RunningEngine} engine
   */
  async #sendOneByOne(calls, engine) {
    for (const call of calls) {
      if (engine !== this.#engine || this.#closed) {
        return;
      }
      if (this.#calls.isOpen(call)) {
        this.#send(call);
        const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
        await Promise.race([call.promise.catch(() => {}), patience]);
      }
    }
  }

  /**
   * @param {Error} error
   * @param {number[] | null} started the calls that Python had begun with; null stands for all that it was sent
   */
  #ended(error, started) {
    if (!this.#wasReady) {
      this.close(error);
      return;
    }
    const running = this.#calls.open.filter(({ id, sent }) => (started ? started.includes(id) : sent));
    running.forEach((call) => {
      call.ends += 1;
    });
    // a call gives up after its second end, and a replay is not made again: only other ends could go on for ever
    if (!running.length) {
      this.#endsInARow += 1;
    }
    if (this.#endsInARow >= ENDS_IN_A_ROW) {
      this.close(new Error(
        `Python stopped ${ENDS_IN_A_ROW} times in a row, at last for this reason: ${error.message}; reload the page`,
      ));
      this.#tell("LOADSTONE_ENGINE_STOPPED", { error: this.#closed, final: true });
      return;
    }
    this.#again(error, (call) => call.replayed || (running.includes(call)
      && (call.method === "runPython" || call.ends > 1)));
  }

  /**
   * @param {Error} error why the engine ended
   * @param {(call: Call) => boolean} isLost which of the calls that it had reject; the others are sent again
   */
  #again(error, isLost) {
    if (this.#answering) {
      this.#ready = withResolvers();
      // whether anybody waits for it is not known
      this.#ready.promise.catch(() => {});
    }
    this.#answering = false;
    for (const call of this.#calls.open) {
      if (call.sent && isLost(call)) {
        this.#calls.take(call.id);
        call.reject(interrupted(call, error));
      }
      call.sent = false;
    }
    this.#engine = this.#start();
    this.#tell("LOADSTONE_ENGINE_STOPPED", { error, final: false });
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #tell(name, detail) {
    this.#events.tell(name, detail);
  }
}
