/** The engine as a page sees it: methods that talk to `worker.js`. Nothing heavy happens before `load`. */

import { blockedFile, EngineError } from "./error.js";

/** @typedef {import("../types.js").Engine} Engine */
/** @typedef {import("../types.js").ArrayEngine} ArrayEngine */
/** @typedef {import("../types.js").Progress} Progress */
/** @typedef {{ resolve: (value: any) => void, reject: (reason: unknown) => void }} Waiting */

/**
 * @param {{ base: string, spec: import("../types.js").Spec }} lab `base`: absolute address of the front end's files,
 *   with a slash at its end
 * @returns {Engine & ArrayEngine}
 */
export function createPageEngine({ base, spec }) {
  /** @type {Worker | null} */
  let worker = null;
  /** @type {Map<number, Waiting>} */
  const waiting = new Map();
  let calls = 0;
  let disposed = false;
  /** @type {(progress: Progress) => void} */
  let onProgress = () => {};

  /** @param {unknown} reason */
  function fail(reason) {
    worker?.terminate();
    worker = null;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  function start() {
    const started = new Worker(`${base}worker.js`, { type: "module" });
    started.onerror = (event) => {
      event.preventDefault();
      fail(blockedFile("worker.js", event.message || "it did not start"));
    };
    started.onmessage = ({ data: { id, result, error, progress } }) => {
      if (progress) return onProgress(progress);
      const call = waiting.get(id);
      waiting.delete(id);
      if (error) call?.reject(revive(error));
      else call?.resolve(result);
    };
    return started;
  }

  /**
   * @param {string} method
   * @param {unknown[]} params
   * @returns {Promise<any>}
   */
  function ask(method, ...params) {
    return new Promise((resolve, reject) => {
      if (disposed || (!worker && method !== "open")) {
        return reject(new Error(`${method}: the engine is ${disposed ? "disposed of" : "not loaded"}`));
      }
      try {
        worker ??= start();
      } catch (cause) {
        return reject(blockedFile("worker.js", cause));
      }
      const id = ++calls;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, params });
    });
  }

  return {
    async load(tell) {
      if (tell) onProgress = tell;
      if (!worker) await ask("open", { base, spec });
      await ask("load");
    },
    init: (settings) => ask("init", settings),
    step: (n, live) => ask("step", n, live),
    evaluate: (what) => ask("evaluate", what),
    compute: (settings) => ask("compute", settings),
    dispose() {
      disposed = true;
      fail(new Error("the engine has been disposed of"));
    },
  };
}

/** @param {any} error */
function revive(error) {
  return error.code ? new EngineError(error.code, error.message) : new Error(error.fault);
}
