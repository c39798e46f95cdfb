/**
 * Drives an engine: load, init, then chunk after chunk. The next chunk is asked for when the last
 * one has been drawn, so the page never freezes and Pause needs to wait for nothing.
 */

import { addEvaluation, addSteps, createRun } from "./record.js";

/** @typedef {import("../types.js").Engine} Engine */
/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {import("../types.js").Progress} Progress */
/** @typedef {import("./record.js").Run} Run */
/** @typedef {"idle" | "loading" | "running" | "paused" | "done" | "failed"} Phase */

/**
 * @typedef {object} TrainerOptions
 * @property {() => Engine} createEngine
 * @property {() => Settings} settings all of them, as they stand now
 * @property {() => Settings} live those that may change while it runs
 * @property {string[]} atEpochs charts evaluated when an epoch ends
 * @property {string[]} often charts evaluated twice a second
 * @property {(phase: Phase) => void} onPhase
 * @property {(progress: Progress) => void} onProgress
 * @property {(run: Run) => void} onStart a run begins
 * @property {(run: Run) => void} onData there is something new to draw
 * @property {(run: Run) => void} onEvaluated
 * @property {(error: unknown) => void} onError
 */

/**
 * A chunk of steps takes at least about this long, in ms; longer where asking alone takes long, as
 * of a busy kernel.
 */
const CHUNK_MS = { least: 80, most: 250, asking: 2.5 };
/** Pictures are evaluated so many ms apart, and take no more than a sixth of the time. */
const EVALUATE_MS = { least: 100, most: 2000, share: 6 };

/** Waits until the browser has drawn; a hidden tab draws nothing, so not for ever. */
function drawn() {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

export class Trainer {
  /** @param {TrainerOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {Phase} */
    this.phase = "idle";
    /** @type {Run | null} */
    this.run = null;
    /** @type {Engine | null} */
    this.engine = null;
    this.loaded = false;
    this.runs = 0;
    this.chunk = 1;
    /** What the quickest chunk took, in ms: asking for one costs no more than this. */
    this.fastest = Infinity;
    this.evaluatedAt = 0;
    this.evaluateTime = 0;
    /** Which run: results of a run that was reset are dropped by comparing tickets. */
    this.ticket = 0;
    /** Which command: a loop ends when the reader has pressed something else. */
    this.turn = 0;
    /** @type {Promise<unknown>} */
    this.busy = Promise.resolve();
  }

  /** Begins a run, or goes on with the one that was paused. @param {boolean} fresh */
  async start(fresh) {
    await this.#work(fresh, "running", (ticket, turn) => this.#loop(ticket, turn));
  }

  /** Does one step, of the run that was paused or of a new one. @param {boolean} fresh */
  async stepOnce(fresh) {
    await this.#work(fresh, "paused", async (ticket) => {
      await this.#advance(ticket, 1);
      if (ticket === this.ticket) await this.#evaluate(ticket, this.#everything());
      if (ticket === this.ticket) this.#phase(this.run?.done ? "done" : "paused");
    });
  }

  pause() {
    if (this.phase === "loading") this.reset();
    if (this.phase !== "running") return;
    this.turn += 1;
    this.#phase("paused");
  }

  /** Forgets the run; what is under way in the engine is let finish and dropped. */
  reset() {
    this.ticket += 1;
    this.turn += 1;
    this.run = null;
    this.#phase("idle");
  }

  dispose() {
    this.ticket += 1;
    this.turn += 1;
    this.#release();
  }

  #release() {
    const engine = this.engine;
    this.engine = null;
    this.loaded = false;
    if (engine) Promise.resolve(engine.dispose()).catch(() => {});
  }

  /**
   * Does one command after what the engine is still busy with.
   *
   * @param {boolean} fresh
   * @param {Phase} phase
   * @param {(ticket: number, turn: number) => Promise<void>} task
   */
  async #work(fresh, phase, task) {
    const begin = fresh || !this.run;
    if (begin) this.ticket += 1;
    this.turn += 1;
    const { ticket, turn, busy } = this;
    this.#phase(begin ? "loading" : phase);
    this.busy = this.#inTurn(busy, async () => {
      if (turn !== this.turn) return;
      if (begin) await this.#begin(ticket);
      if (turn !== this.turn) return;
      this.#phase(phase);
      await task(ticket, turn);
    });
    await this.busy;
  }

  /**
   * @param {Promise<unknown>} before
   * @param {() => Promise<void>} task
   */
  async #inTurn(before, task) {
    await before;
    const { ticket } = this;
    try {
      await task();
    } catch (error) {
      if (ticket === this.ticket) this.#fail(error);
    }
  }

  /** @param {number} ticket */
  async #begin(ticket) {
    this.engine ??= this.options.createEngine();
    if (!this.loaded) {
      await this.engine.load((progress) => {
        if (ticket === this.ticket) this.options.onProgress(progress);
      });
      this.loaded = true;
    }
    if (ticket !== this.ticket) return;
    const settings = this.options.settings();
    const length = await this.engine.init(settings);
    if (ticket !== this.ticket) return;
    this.runs += 1;
    this.chunk = 1;
    this.fastest = Infinity;
    this.evaluatedAt = 0;
    this.run = createRun(this.runs, settings, length);
    this.options.onStart(this.run);
    await this.#evaluate(ticket, this.#everything());
  }

  /** @param {number} ticket @param {number} turn */
  async #loop(ticket, turn) {
    while (turn === this.turn && this.run) {
      const run = this.run;
      await this.#advance(ticket, Math.min(this.chunk, this.#stepsToEpochEnd(run)));
      if (ticket !== this.ticket) return;
      await this.#evaluateIfDue(ticket, run);
      if (ticket !== this.ticket) return;
      if (run.done) return this.#phase("done");
      await drawn();
    }
    // What is seen while it pauses belongs to the step at which it paused.
    if (ticket === this.ticket) await this.#evaluate(ticket, this.#everything());
  }

  /** Steps to the next evaluation that stands at an epoch's end. @param {Run} run */
  #stepsToEpochEnd({ perEpoch, step }) {
    return perEpoch && !this.options.often.length ? perEpoch - (step % perEpoch) : Infinity;
  }

  /**
   * @param {number} ticket
   * @param {number} n
   */
  async #advance(ticket, n) {
    const { engine, run } = this;
    if (!engine || !run) return;
    const live = this.options.live();
    this.#noteChanges(run, live);
    const begun = performance.now();
    const { steps, done } = await engine.step(n, live);
    if (ticket !== this.ticket) return;
    this.#adapt(steps.length, performance.now() - begun);
    addSteps(run, steps);
    run.done = done;
    this.options.onData(run);
  }

  /**
   * Live controls that were moved, noted for the table and the CSV.
   *
   * @param {Run} run
   * @param {Settings} live
   */
  #noteChanges(run, live) {
    const before = run.changes.reduce(
      (all, change) => ({ ...all, ...change.settings }),
      run.settings,
    );
    const moved = Object.entries(live).filter(([name, value]) => before[name] !== value);
    if (moved.length) run.changes.push({ step: run.step, settings: Object.fromEntries(moved) });
  }

  /**
   * Keeps a chunk near its time; grows at most twofold.
   *
   * @param {number} n
   * @param {number} ms
   */
  #adapt(n, ms) {
    if (n === 0) return;
    this.fastest = Math.min(this.fastest, ms);
    const { least, most, asking } = CHUNK_MS;
    const time = Math.min(Math.max(asking * this.fastest, least), most);
    const wanted = (time * n) / Math.max(ms, 0.1);
    this.chunk = Math.max(1, Math.min(2 * this.chunk, Math.round(wanted), 500));
  }

  #everything() {
    return [...this.options.atEpochs, ...this.options.often];
  }

  /** @param {number} ticket @param {Run} run */
  async #evaluateIfDue(ticket, run) {
    const epochEnd = run.done || (run.perEpoch > 0 && run.step % run.perEpoch === 0);
    const { least, most, share } = EVALUATE_MS;
    const pause = Math.min(Math.max(share * this.evaluateTime, least), most);
    const waited = performance.now() - this.evaluatedAt >= pause;
    const every = this.options.often.length > 0;
    // A set of points in the plane has epochs of a few steps: evaluating at each would cost more
    // than training.
    if ((epochEnd && (!every || run.done)) || (every && waited)) {
      await this.#evaluate(ticket, run.done || !every ? this.#everything() : this.options.often);
    }
  }

  /** @param {number} ticket @param {string[]} what */
  async #evaluate(ticket, what) {
    const { engine, run } = this;
    if (!engine || !run) return;
    const begun = performance.now();
    const { metrics, arrays } = await engine.evaluate(what);
    if (ticket !== this.ticket) return;
    this.evaluatedAt = performance.now();
    this.evaluateTime = this.evaluatedAt - begun;
    addEvaluation(run, metrics, arrays);
    this.options.onEvaluated(run);
  }

  /**
   * After a diverged run the engine is sound; after anything else a new one is made.
   *
   * @param {unknown} error
   */
  #fail(error) {
    if (codeOf(error) !== "not-a-number") this.#release();
    this.turn += 1;
    this.#phase("failed");
    this.options.onError(error);
  }

  /** @param {Phase} phase */
  #phase(phase) {
    this.phase = phase;
    this.options.onPhase(phase);
  }
}

/** @param {unknown} error @returns {string} */
export function codeOf(error) {
  const code = /** @type {{ code?: unknown }} */ (error)?.code;
  return typeof code === "string" ? code : "";
}
