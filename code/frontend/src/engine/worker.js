/** The page's engine in its own thread: answers `{id, method, params}` with `{id, result}` or `{id, error}`. */

import { ArrayGraphEngine } from "./arrays.js";
import { EngineError } from "./error.js";
import { GraphEngine } from "./run.js";

/** @typedef {{ id: number, method: string, params: any[] }} Request */

/** Of a training run, or of a lab without one. @type {Record<string, any> | null} */
let engine = null;
const METHODS = ["load", "init", "step", "evaluate", "compute"];
/** One call at a time, in the order in which they came. */
let queue = Promise.resolve();

self.onmessage = ({ data }) => {
  queue = queue.then(() => answer(data));
};

/** @param {Request} request */
async function answer({ id, method, params }) {
  try {
    const result = await call(method, params);
    postMessage({ id, result }, { transfer: buffers(result) });
  } catch (error) {
    postMessage({ id, error: plain(error) });
  }
}

/**
 * @param {string} method
 * @param {any[]} params
 */
function call(method, params) {
  if (method === "open") {
    const Engine = params[0].spec.kind === "curves" ? ArrayGraphEngine : GraphEngine;
    engine = new Engine(params[0], (progress) => postMessage({ progress }));
    return null;
  }
  if (!engine) throw new Error(`${method} before open`);
  if (!METHODS.includes(method)) throw new Error(`method: got ${method}, expected one of ${METHODS}`);
  return engine[method](...params);
}

/** @param {any} result @returns {Transferable[]} */
function buffers(result) {
  const arrays = /** @type {{ data: ArrayBufferView }[]} */ (Object.values(result?.arrays ?? {}));
  return [...new Set(arrays.map(({ data }) => /** @type {ArrayBuffer} */ (data.buffer)))];
}

/** @param {unknown} error */
function plain(error) {
  if (error instanceof EngineError) return { code: error.code, message: error.message };
  return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
