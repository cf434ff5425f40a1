/**
 * Where Pyodide comes from in a page of one file.
 *
 * @module
 */

/** @import { Members } from "./members.js" */

/**
 * What loadPyodide can not get by fetch, as its options.
 * @param {Members} members
 */
export async function pyodideRuntime(members) {
  const script = await members.script("pyodide/pyodide.asm.mjs");
  return { createPyodideModule: (await import(URL.createObjectURL(script))).default };
}
