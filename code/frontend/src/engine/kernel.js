/** The engine that lives in a notebook's kernel: its methods over the widget's custom messages. */

import { deadKernel, EngineError } from "./error.js";

/** @typedef {import("../types.js").Engine} Engine */
/** @typedef {import("../types.js").ArrayEngine} ArrayEngine */
/** @typedef {import("../types.js").Model} Model */
/** @typedef {{ name: string, shape: number[], dtype: "float32" | "int32" | "uint8" }} ArrayHead */
/** @typedef {{ resolve: (value: any) => void, reject: (reason: unknown) => void, timer: ReturnType<typeof setTimeout> }} Waiting */

/** The front end asks for chunks of well under a second; a kernel silent for this long, in s, is not there. */
const PATIENCE = 30;
const TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/**
 * @param {Model} model the widget's model
 * @param {{ patience?: number }} [options] seconds to wait for an answer
 * @returns {Engine & ArrayEngine}
 */
export function createKernelEngine(model, { patience = PATIENCE } = {}) {
  /** @type {Map<string, Waiting>} */
  const waiting = new Map();
  // Several views may share one model: each engine knows its own answers by its name.
  const name = Math.random().toString(36).slice(2);
  let calls = 0;

  /**
   * @param {any} content
   * @param {(ArrayBuffer | DataView)[]} [buffers]
   */
  function hear(content, buffers = []) {
    const call = waiting.get(content?.id);
    if (!call) return;
    clearTimeout(call.timer);
    waiting.delete(content.id);
    if (content.error) call.reject(new EngineError(content.error.code, content.error.message));
    else call.resolve({ ...content.result, ...(content.arrays ? { arrays: arrays(content.arrays, buffers) } : {}) });
  }
  model.on("msg:custom", hear);

  /**
   * @param {string} method
   * @param {Record<string, unknown>} params
   * @returns {Promise<any>}
   */
  function ask(method, params = {}) {
    return new Promise((resolve, reject) => {
      const id = `${name}.${++calls}`;
      const giveUp = () => {
        waiting.delete(id);
        reject(deadKernel(patience));
      };
      const timer = setTimeout(giveUp, patience * 1000);
      waiting.set(id, { resolve, reject, timer });
      try {
        model.send?.({ id, method, params });
      } catch {
        clearTimeout(timer);
        giveUp();
      }
    });
  }

  return {
    load: () => ask("load"),
    init: (settings) => ask("init", { settings }),
    step: (n, live) => ask("step", { n, live }),
    evaluate: (what) => ask("evaluate", { what }),
    compute: (settings) => ask("compute", { settings }),
    async dispose() {
      for (const { timer, reject } of waiting.values()) {
        clearTimeout(timer);
        reject(new Error("the engine has been disposed of"));
      }
      waiting.clear();
      model.off("msg:custom", hear);
      model.send?.({ id: `${name}.${++calls}`, method: "dispose", params: {} });
    },
  };
}

/**
 * @param {ArrayHead[]} heads
 * @param {(ArrayBuffer | DataView)[]} buffers
 * @returns {import("../types.js").Arrays}
 */
function arrays(heads, buffers) {
  return Object.fromEntries(
    heads.map(({ name, shape, dtype }, i) => {
      const buffer = buffers[i];
      const bytes = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
      return [name, { shape, dtype, data: new TYPES[dtype](bytes.slice().buffer) }];
    }),
  );
}
