/** What one run has produced so far. */

/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {import("../types.js").Metrics} Metrics */
/** @typedef {import("../types.js").Step} Step */
/** @typedef {import("../types.js").Arrays} Arrays */
/**
 * @typedef {{ x: number[], y: number[] }} Points x is the step, from 1; 0 is before the first
 */

/**
 * @typedef {object} Run
 * @property {number} id
 * @property {Settings} settings as they were at the start
 * @property {{ step: number, settings: Settings }[]} changes live controls moved while it ran
 * @property {number} total steps in all; 0 when unknown
 * @property {number} perEpoch steps in an epoch; 0 when unknown
 * @property {number} step steps done
 * @property {Map<string, Points>} metrics
 * @property {Set<string>} evaluated metrics that `evaluate` gave, not every step
 * @property {Arrays} arrays of the last evaluation
 * @property {boolean} done
 */

/**
 * @param {number} id
 * @param {Settings} settings
 * @param {{ total_steps?: number, steps_per_epoch?: number }} [length]
 * @returns {Run}
 */
export function createRun(id, settings, length = {}) {
  return {
    id,
    settings: { ...settings },
    changes: [],
    total: length.total_steps ?? 0,
    perEpoch: length.steps_per_epoch ?? 0,
    step: 0,
    metrics: new Map(),
    evaluated: new Set(),
    arrays: {},
    done: false,
  };
}

/**
 * @param {Run} run
 * @param {string} metric
 * @returns {Points}
 */
export function points(run, metric) {
  let found = run.metrics.get(metric);
  if (!found) {
    found = { x: [], y: [] };
    run.metrics.set(metric, found);
  }
  return found;
}

/**
 * @param {Run} run
 * @param {Step[]} steps
 */
export function addSteps(run, steps) {
  for (const { step, metrics } of steps) {
    run.step = step;
    for (const [name, value] of Object.entries(metrics)) push(points(run, name), step, value);
  }
}

/**
 * @param {Run} run
 * @param {Metrics} metrics
 * @param {Arrays} arrays
 */
export function addEvaluation(run, metrics, arrays) {
  for (const [name, value] of Object.entries(metrics)) {
    run.evaluated.add(name);
    push(points(run, name), run.step, value);
  }
  run.arrays = { ...run.arrays, ...arrays };
}

/** @param {Points} points_ @param {number} x @param {number} y */
function push(points_, x, y) {
  if (points_.x.at(-1) === x) {
    points_.y[points_.y.length - 1] = y;
    return;
  }
  points_.x.push(x);
  points_.y.push(y);
}

/**
 * @param {Run} run
 * @param {string} metric
 * @returns {number | undefined}
 */
export function last(run, metric) {
  return run.metrics.get(metric)?.y.at(-1);
}

/**
 * The mean of a metric over the last steps (one minibatch is a noisy witness), or the last
 * evaluation.
 *
 * @param {Run} run
 * @param {string} metric
 * @returns {number | undefined}
 */
export function summaryOf(run, metric) {
  const found = run.metrics.get(metric);
  if (!found?.y.length) return undefined;
  if (run.evaluated.has(metric)) return found.y.at(-1);
  const tail = found.y.slice(-Math.max(1, Math.min(run.perEpoch || 20, 20)));
  return tail.reduce((sum, value) => sum + value, 0) / tail.length;
}

/**
 * The settings at a step: those of the start, then each live change before it.
 *
 * @param {Run} run
 * @param {number} step
 * @returns {Settings}
 */
export function settingsAt(run, step) {
  return run.changes
    .filter((change) => change.step < step)
    .reduce((settings, change) => ({ ...settings, ...change.settings }), run.settings);
}

/** @param {Run} run */
export function isEmpty(run) {
  return run.step === 0;
}
