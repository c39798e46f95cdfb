/**
 * The engine of a curve lab inside the worker: one graph, called once for each setting. The twin of
 * `ArrayEngine` in `mlpbook/labs/array_engine.py`.
 */

import { checkSettings, drawNoise, graphFor, numbers } from "./program.js";
import { checkWasm, Graphs, loadRuntime, RUNTIME_WORDS } from "./runtime.js";

/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {import("../types.js").Progress} Progress */
/** @typedef {import("./program.js").LabSpec} LabSpec */
/** @typedef {import("./program.js").Tensors} Tensors */

export class ArrayGraphEngine {
  /**
   * @param {{ base: string, spec: LabSpec }} lab
   * @param {(progress: Progress) => void} onProgress
   */
  constructor({ base, spec }, onProgress) {
    this.base = base;
    this.spec = spec;
    this.onProgress = onProgress;
    this.graphs = new Graphs(base, spec);
    /** Random numbers of the last call, which the next one mostly needs again. */
    this.drawn = { key: "", noise: /** @type {Tensors} */ ({}) };
  }

  /** Fetches and starts the runtime. */
  async load() {
    checkWasm();
    await loadRuntime(this.base, (loaded, total) =>
      this.onProgress({ loaded, total, what: RUNTIME_WORDS }),
    );
    await this.graphs.open(graphFor(this.spec.program, "compute", checkSettings(this.spec, {})).file);
  }

  /** @param {Settings} given */
  async compute(given) {
    const { program } = this.spec;
    const settings = checkSettings(this.spec, given);
    const graph = graphFor(program, "compute", settings);
    const session = await this.graphs.open(graph.file);
    const found = await session.run({ ...this.#noise(graph, settings), ...numbers(program, settings) });
    const arrays = Object.entries(found).map(([name, { dims, data }]) => [
      name.slice("arrays.".length),
      { shape: dims, dtype: "float32", data: data.slice() },
    ]);
    return { arrays: Object.fromEntries(arrays) };
  }

  /**
   * @param {import("./program.js").Graph} graph
   * @param {Settings} settings
   */
  #noise(graph, settings) {
    const key = `${graph.file} ${settings.seed}`;
    if (this.drawn.key !== key) this.drawn = { key, noise: drawNoise(graph, settings, {}, 0) };
    return this.drawn.noise;
  }
}
