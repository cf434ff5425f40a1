/**
 * What Python asks the page, and who answers it.
 *
 * @module
 */

/** @import { ToEngine } from "./types.d.ts" */

export class Questions {
  /** @type {Map<string, (detail: any) => unknown>} who answers, by the question's name */
  #answers = new Map();

  /**
   * @param {string} name
   * @param {(detail: any) => unknown} answer its value, or promise of one, is plain data
   */
  on(name, answer) {
    this.#answers.set(name, answer);
  }

  /**
   * @param {{ id: number, name: string, detail: unknown }} question
   * @param {{ post: (message: ToEngine) => void }} engine the one that asks
   */
  async answer({ id, name, detail }, engine) {
    try {
      engine.post({ kind: "answer", id, value: await this.#answers.get(name)?.(detail) });
    } catch (error) {
      engine.post({ kind: "answer", id, error: String(error) });
    }
  }
}
