/**
 * Volumes that Python puts together, and what it tells of them on the way.
 *
 * @module
 */

/** @import { LoadOptions, Volume, VolumeProgress } from "./types.d.ts" */

export class Volumes {
  #call;
  #events;
  #lastBuilding = 0;

  /**
   * @param {(method: string, params: object, signal?: AbortSignal) => Promise<any>} call
   * @param {EventTarget} events
   */
  constructor(call, events) {
    this.#call = call;
    this.#events = events;
  }

  /**
   * @param {Iterable<string>} imageIds
   * @param {LoadOptions & { onProgress?: (progress: VolumeProgress) => void }} [options]
   * @returns {Promise<Volume>}
   */
  async load(imageIds, { signal, onProgress = () => {}, ...urgency } = {}) {
    const building = ++this.#lastBuilding;
    /** @param {Event} event */
    const listen = (event) => {
      const { building: number, ...progress } = /** @type {CustomEvent} */ (event).detail;
      if (number === building) {
        onProgress(progress);
      }
    };
    this.#events.addEventListener("LOADSTONE_VOLUME_PROGRESS", listen);
    try {
      const { madeOf, ...volume } = await this.#call("volume", { imageIds: [...imageIds], building, ...urgency }, signal);
      // an engine that has to be started again knows the key then, and makes the volume anew when a plane is asked for
      await this.#call("volumeKey", { volume: volume.key, imageIds: madeOf });
      return volume;
    } finally {
      this.#events.removeEventListener("LOADSTONE_VOLUME_PROGRESS", listen);
    }
  }
}
