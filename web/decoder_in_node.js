/**
 * The script of a decoder in a worker thread of Node.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import { serveDecoder } from "./frame_decoder.js";
import { pyodideFolder } from "./packages.js";

serveDecoder(parentPort, fileURLToPath(pyodideFolder()));
