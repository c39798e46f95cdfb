/**
 * Asks an engine for arrays again and again: one question at a time, always for the latest
 * settings. What was asked for in between is left out.
 */

/** @typedef {import("../types.js").ArrayEngine} ArrayEngine */
/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {"idle" | "loading" | "computing" | "ready" | "failed"} Phase */

/**
 * @typedef {object} RedrawerOptions
 * @property {() => ArrayEngine} createEngine
 * @property {(phase: Phase) => void} onPhase
 * @property {(progress: import("../types.js").Progress) => void} onProgress
 * @property {(arrays: Arrays, settings: Settings) => void} onArrays
 * @property {(error: unknown) => void} onError
 */

export class Redrawer {
  /** @param {RedrawerOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {Phase} */
    this.phase = "idle";
    /** @type {ArrayEngine | null} */
    this.engine = null;
    /** @type {Settings | null} */
    this.wanted = null;
    this.busy = false;
    this.disposed = false;
  }

  /**
   * Asks for the arrays of these settings; loads the engine at the first call.
   *
   * @param {Settings} settings
   */
  request(settings) {
    this.wanted = { ...settings };
    if (!this.busy) void this.#work();
  }

  dispose() {
    this.disposed = true;
    this.#release();
  }

  async #work() {
    this.busy = true;
    try {
      const engine = await this.#loaded();
      while (this.wanted && !this.disposed) {
        const settings = this.wanted;
        this.wanted = null;
        this.#phase("computing");
        const { arrays } = await engine.compute(settings);
        if (this.disposed) return;
        this.options.onArrays(arrays, settings);
      }
      this.#phase("ready");
    } catch (error) {
      if (this.disposed) return;
      this.wanted = null;
      this.#release();
      this.#phase("failed");
      this.options.onError(error);
    } finally {
      this.busy = false;
    }
  }

  async #loaded() {
    if (this.engine) return this.engine;
    this.#phase("loading");
    const engine = this.options.createEngine();
    this.engine = engine;
    await engine.load((progress) => this.options.onProgress(progress));
    return engine;
  }

  #release() {
    const { engine } = this;
    this.engine = null;
    if (engine) Promise.resolve(engine.dispose()).catch(() => {});
  }

  /** @param {Phase} phase */
  #phase(phase) {
    if (this.disposed || phase === this.phase) return;
    this.phase = phase;
    this.options.onPhase(phase);
  }
}
