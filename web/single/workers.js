/**
 * Workers of a page of one file. Browsers refuse a worker from a blob on file://, but not one from a data: address; its
 * real script comes with the first message.
 *
 * @module
 */

/** @import { HandedOver, Members } from "./members.js" */

/**
 * @typedef {object} Place where a page of one file is, and what it holds
 * @property {Members} members
 * @property {string} pageUrl
 * @property {{ engine: Blob, decoder: Blob }} scripts
 */

/** @typedef {HandedOver & { pageUrl: string, scripts: Place["scripts"], script: Blob }} FirstMessage */

// messages that come before the script has its handler must not be lost; what fails in it is told by an error event
const SOURCE = `
const early = [];
onmessage = async ({ data }) => {
  onmessage = (event) => early.push(event);
  try {
    const { start } = await import(URL.createObjectURL(data.script));
    start(data);
    early.forEach((event) => onmessage(event));
  } catch (error) {
    setTimeout(() => { throw error; });
  }
};
`;

/**
 * @param {Place} place
 * @param {"engine" | "decoder"} kind
 * @returns {Worker}
 */
export function startEmbeddedWorker({ members, pageUrl, scripts }, kind) {
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(SOURCE)}`, { type: "module", name: `loadstone ${kind}` });
  const handed = members.handOver();
  /** @type {FirstMessage} */
  const message = { ...handed, pageUrl, scripts, script: scripts[kind] };
  worker.postMessage(message, [handed.port]);
  return worker;
}
