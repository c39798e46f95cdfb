/** The engine inside the worker: a lab's graphs, run chunk by chunk. The twin of `KernelEngine` in `mlpbook/labs/engine.py`. */

import { badSetting, notANumber } from "./error.js";
import { boundSizes, checkSettings, drawNoise, graphFor, numbers, regroup, runLength } from "./program.js";
import { permutation } from "./rng.js";
import { checkWasm, Graphs, loadRuntime, RUNTIME_WORDS } from "./runtime.js";
import { FashionFiles, FashionSource, MadeSource } from "./source.js";

/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {import("../types.js").Metrics} Metrics */
/** @typedef {import("../types.js").Progress} Progress */
/** @typedef {import("../types.js").Step} Step */
/** @typedef {import("../types.js").Text} Text */
/** @typedef {import("./program.js").LabSpec} LabSpec */
/** @typedef {import("./program.js").Tensors} Tensors */
/** @typedef {import("./source.js").Source} Source */
/**
 * @typedef {object} Run
 * @property {Settings} settings
 * @property {number} total
 * @property {number} perEpoch
 * @property {import("./program.js").Sizes} sizes
 * @property {Source} source
 * @property {Tensors} state
 * @property {number} taken
 * @property {Uint32Array} order
 * @property {unknown} failure
 */

/** @type {Record<string, Text>} */
const WHAT = { runtime: RUNTIME_WORDS, images: { zh: "图片", en: "the images" } };

export class GraphEngine {
  /**
   * @param {{ base: string, spec: LabSpec }} lab
   * @param {(progress: Progress) => void} onProgress
   */
  constructor({ base, spec }, onProgress) {
    this.base = base;
    this.spec = spec;
    this.onProgress = onProgress;
    this.files = new FashionFiles(base);
    this.graphs = new Graphs(base, spec);
    /** @type {Run | null} */
    this.run = null;
  }

  /** Fetches and starts the runtime. */
  async load() {
    checkWasm();
    await loadRuntime(this.base, this.#tell("runtime"));
    await this.#session("init", checkSettings(this.spec, {}));
  }

  /** @param {Settings} given */
  async init(given) {
    this.run = null;
    const { program } = this.spec;
    const settings = checkSettings(this.spec, given);
    const length = runLength(this.spec, settings);
    const sizes = boundSizes(program, settings);
    const source = await this.#source(settings, sizes);
    const noise = drawNoise(graphFor(program, "init", settings), settings, sizes, 0);
    const init = await this.#session("init", settings);
    const state = await init.run({ ...noise, ...numbers(program, settings) });
    this.run = { settings, total: length.total_steps, perEpoch: length.steps_per_epoch, sizes, source, state, taken: 0, order: new Uint32Array(), failure: null };
    return length;
  }

  /**
   * Up to n steps. When one fails, those before it are returned, and the next call throws.
   *
   * @param {number} n
   * @param {Settings} live
   */
  async step(n, live) {
    const run = this.#open();
    const changes = checkSettings(this.spec, live, (name) => this.spec.controls.some((one) => one.name === name && one.live));
    for (const name of Object.keys(live)) run.settings[name] = changes[name];
    if (run.failure) throw run.failure;
    /** @type {Step[]} */
    const steps = [];
    const session = await this.#session("step", run.settings);
    while (steps.length < n && run.taken < run.total) {
      try {
        steps.push(await this.#advance(run, session));
      } catch (failure) {
        run.failure = failure;
        if (!steps.length) throw failure;
        break;
      }
    }
    return { steps, done: run.taken >= run.total };
  }

  /** @param {string[]} what names of charts */
  async evaluate(what) {
    const run = this.#open();
    const session = await this.#session("evaluate", run.settings);
    const found = await session.run({ ...run.state, ...run.source.data, ...numbers(this.spec.program, run.settings) });
    const metrics = scalars(found);
    checkFinite(metrics, run.taken);
    const charts = this.spec.charts.filter((chart) => what.includes(chart.name));
    return { metrics, arrays: Object.assign({}, ...charts.map((chart) => run.source.arrays(chart, found))) };
  }

  /**
   * @param {Run} run
   * @param {import("./runtime.js").Session} session
   * @returns {Promise<Step>}
   */
  async #advance(run, session) {
    const { program } = this.spec;
    const { settings, perEpoch, source, taken } = run;
    const [epoch, place] = [Math.floor(taken / perEpoch), taken % perEpoch];
    if (place === 0) run.order = permutation(source.size, { seed: Number(settings.seed), stream: program.order_stream, draw: epoch });
    const size = Number(settings[program.batch_size]);
    const chosen = run.order.subarray(place * size, (place + 1) * size);
    const noise = drawNoise(graphFor(program, "step", settings), settings, { ...run.sizes, batch: chosen.length }, taken);
    const found = await session.run({ ...run.state, ...source.batch(chosen), ...noise, ...numbers(program, settings) });
    const metrics = scalars(found);
    checkFinite(metrics, taken + 1);
    run.state = regroup(found, "next", "state");
    run.taken += 1;
    return { step: run.taken, epoch: run.taken / perEpoch, metrics };
  }

  /**
   * @param {Settings} settings
   * @param {import("./program.js").Sizes} sizes
   * @returns {Promise<Source>}
   */
  async #source(settings, sizes) {
    const { program } = this.spec;
    const { data } = program;
    if (data.kind === "made") {
      const noise = drawNoise(graphFor(program, "data", settings), settings, sizes, 0);
      const session = await this.#session("data", settings);
      return new MadeSource(await session.run({ ...noise, ...numbers(program, settings) }), data.extent);
    }
    const train = Number(settings[data.count]);
    await this.files.read(train, data.held_out, this.#tell("images"));
    return new FashionSource(this.files, { train, held_out: data.held_out, centre: settings[data.centre] === true });
  }

  /** @param {string} name of a function @param {Settings} settings */
  #session(name, settings) {
    return this.graphs.open(graphFor(this.spec.program, name, settings).file);
  }

  /** @param {string} what */
  #tell(what) {
    return (/** @type {number} */ loaded, /** @type {number} */ total) => this.onProgress({ loaded, total, what: WHAT[what] });
  }

  #open() {
    if (!this.run) throw badSetting("no run is open: init comes before step and evaluate");
    return this.run;
  }
}

/**
 * @param {Tensors} found
 * @returns {Metrics}
 */
function scalars(found) {
  const single = Object.entries(regroup(found, "metrics", "")).filter(([, { dims }]) => dims.length === 0);
  return Object.fromEntries(single.map(([name, { data }]) => [name.slice(1), Number(data[0])]));
}

/**
 * @param {Metrics} metrics
 * @param {number} step
 */
function checkFinite(metrics, step) {
  for (const [name, value] of Object.entries(metrics)) if (!Number.isFinite(value)) throw notANumber(name, step);
}

