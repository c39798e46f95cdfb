/** onnxruntime in WebAssembly, on one thread: graphs in, plain arrays out, nothing left behind. */

import * as ort from "onnxruntime-web/wasm";

import { badFile, noWasm } from "./error.js";
import { nameOf, readFile, readGzip } from "./files.js";

/** @typedef {import("./program.js").Tensors} Tensors */
/** @typedef {import("./files.js").OnBytes} OnBytes */

/** What is loaded, in words. */
export const RUNTIME_WORDS = { zh: "计算引擎", en: "the engine" };
const RUNTIME = "ort-wasm-simd-threaded.wasm.gz";
/** A module of one function with a SIMD instruction: valid where SIMD is known. */
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** Whether the browser can run the runtime at all; said before megabytes are fetched. */
export function checkWasm() {
  if (typeof WebAssembly !== "object") throw noWasm("no WebAssembly");
  if (!WebAssembly.validate(SIMD)) throw noWasm("no WebAssembly SIMD");
}

/**
 * Fetches the runtime. It starts with the first session.
 *
 * @param {string} base address of the folder that holds it
 * @param {OnBytes} onBytes
 */
export async function loadRuntime(base, onBytes) {
  const url = base + RUNTIME;
  const binary = await readGzip(url, { onBytes });
  if (MAGIC.some((byte, i) => binary[i] !== byte)) throw badFile(nameOf(url), "not WebAssembly");
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = binary;
}

/** One graph, ready to run. */
export class Session {
  /** @param {ort.InferenceSession} session */
  constructor(session) {
    this.session = session;
  }

  /** @param {string} url */
  static async open(url) {
    const model = await readFile(url);
    try {
      return new Session(await ort.InferenceSession.create(model, { executionProviders: ["wasm"], graphOptimizationLevel: "all" }));
    } catch (cause) {
      const runtimeFailed = /wasm|WebAssembly|backend/i.test(String(cause));
      throw runtimeFailed ? noWasm(cause) : badFile(nameOf(url), cause);
    }
  }

  /**
   * @param {Tensors} feeds more than the graph takes is fine
   * @returns {Promise<Tensors>}
   */
  async run(feeds) {
    const inputs = Object.fromEntries(this.session.inputNames.map((name) => [name, toOrt(feeds[name])]));
    const outputs = await this.session.run(inputs);
    const found = Object.fromEntries(Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims: [...dims], data }]));
    for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
    return /** @type {Tensors} */ (found);
  }

  release() {
    return this.session.release();
  }
}

/** @param {import("./program.js").Tensor} tensor */
function toOrt({ dims, data }) {
  return data instanceof BigInt64Array ? new ort.Tensor("int64", data, dims) : new ort.Tensor("float32", data, dims);
}

/** The graphs of a lab, each opened once. */
export class Graphs {
  /** @param {string} base @param {import("../types.js").Spec} spec */
  constructor(base, { name, version }) {
    this.address = (/** @type {string} */ file) => `${base}labs/${name}/${file}?v=${version}`;
    /** @type {Map<string, Promise<Session>>} */
    this.sessions = new Map();
  }

  /** @param {string} file */
  open(file) {
    let session = this.sessions.get(file);
    if (!session) {
      session = Session.open(this.address(file));
      this.sessions.set(file, session);
      session.catch(() => this.sessions.delete(file));
    }
    return session;
  }
}
