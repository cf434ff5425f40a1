/**
 * What Python asks the page, and who answers it.
 *
 * @module
 */

import { buffers } from "./cloning.js";

/** @import { ToEngine } from "./types.d.ts" */

export class Questions {
  /** @type {Map<string, (detail: any) => unknown>} who answers, by the question's name */
  #answers = new Map();

  /**
   * @param {string} name
   * @param {(detail: any) => unknown} answer its value, or promise of one, is plain data; typed arrays in it move
   */
  on(name, answer) {
    this.#answers.set(name, answer);
  }

  /**
   * @param {{ id: number, name: string, detail: unknown }} question
   * @param {{ post: (message: ToEngine, transfer?: Transferable[]) => void }} engine the one that asks
   */
  async answer({ id, name, detail }, engine) {
    try {
      const value = await this.#answers.get(name)?.(detail);
      engine.post({ kind: "answer", id, value }, buffers(value));
    } catch (error) {
      engine.post({ kind: "answer", id, error: textOf(error) });
    }
  }
}

/**
 * Whatever it is: Python would wait for ever for an answer that fails to be told.
 * @param {unknown} error
 */
function textOf(error) {
  try {
    return String(error);
  } catch {
    return "the page failed with something that has no text";
  }
}
