/** The page's engine in its own thread: answers `{id, method, params}` with `{id, result}` or `{id, error}`. */

import { EngineError } from "./error.js";
import { GraphEngine } from "./run.js";

/** @typedef {{ id: number, method: "open" | "load" | "init" | "step" | "evaluate", params: any[] }} Request */

/** @type {GraphEngine | null} */
let engine = null;
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
 * @param {Request["method"]} method
 * @param {any[]} params
 */
function call(method, params) {
  if (method === "open") {
    engine = new GraphEngine(params[0], (progress) => postMessage({ progress }));
    return null;
  }
  if (!engine) throw new Error(`${method} before open`);
  const [first, second] = params;
  switch (method) {
    case "load":
      return engine.load();
    case "init":
      return engine.init(first);
    case "step":
      return engine.step(first, second);
    case "evaluate":
      return engine.evaluate(first);
  }
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
