/**
 * What a page of one file says while it reads itself.
 *
 * @module
 */

export const READING = "Reading this file, starting Python";
