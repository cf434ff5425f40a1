/**
 * Reads the blocks of a page of one file, one after the other while the browser still parses the rest. How they are
 * written is told in py/loadstone_build/single_file.py.
 *
 * @module
 */

import { Members } from "./members.js";

/** @typedef {{ path: string, size: number, bytes: number }} Entry size without compression, bytes with it */

/** What a code unit is replaced by that can not stand in a script, and by how much the next one is off. */
const ESCAPE = 0x3d;
const SHIFT = 0x4000;

export class BlockReader {
  #entries;
  #next = 0;
  /** @type {Uint8Array<ArrayBuffer>[]} what is there of the next member */
  #pieces = [];
  #pieceBytes = 0;
  #read = 0;
  #total;
  members;

  /** @param {Entry[]} entries in the order of their blocks */
  constructor(entries) {
    this.#entries = entries;
    this.#total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    this.members = new Members(new Map(entries.map(({ path, size }) => [path, size])));
  }

  /** The bytes that have been read so far. */
  get read() {
    return this.#read;
  }

  /**
   * @param {string} text of one block
   * @param {number} bytes that it stands for
   */
  take(text, bytes) {
    const piece = decoded(text, bytes);
    const entry = this.#entries[this.#next];
    if (!piece || !entry) {
      return;
    }
    this.#read += bytes;
    this.#pieces.push(piece);
    this.#pieceBytes += bytes;
    if (this.#pieceBytes === entry.bytes) {
      this.members.add(entry.path, new Blob(this.#pieces));
      this.#pieces = [];
      this.#pieceBytes = 0;
      this.#next += 1;
    }
  }

  /**
   * The whole page has been parsed.
   * @returns {Error | null} what is missing
   */
  end() {
    if (this.#next === this.#entries.length) {
      return null;
    }
    const error = new Error(this.#read
      ? `This file is cut: ${this.#read} of ${this.#total} bytes of its data are there; download or copy it again`
      : `This file is without its data, ${this.#total} bytes: it was cut, or saved from a browser's window; copy the file itself`);
    this.members.fail(error);
    return error;
  }
}

/**
 * @param {string} text
 * @param {number} bytes
 * @returns {Uint8Array<ArrayBuffer> | null} null where the text stands for less
 */
function decoded(text, bytes) {
  const units = new Uint16Array(Math.ceil(bytes / 2));
  let place = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === ESCAPE) {
      index += 1;
      units[place] = text.charCodeAt(index) - SHIFT;
    } else {
      units[place] = unit;
    }
    place += 1;
  }
  return place === units.length ? new Uint8Array(units.buffer, 0, bytes) : null;
}
