/**
 * An engine that computes nothing but behaves like one: made-up curves, delays and failures on
 * request.
 */

/** @typedef {import("../../src/types.js").Engine} Engine */
/** @typedef {import("../../src/types.js").Settings} Settings */

/**
 * @typedef {object} FakeOptions
 * @property {number} [total] steps of a run
 * @property {number} [perEpoch]
 * @property {number} [stepMs] time a step takes
 * @property {number} [askMs] time that asking takes, whatever is asked
 * @property {number} [size] of the grid
 * @property {{ method: string, code: string, after?: number }} [fail] which method fails, after how
 *   many steps
 */

/**
 * @param {FakeOptions} [options]
 * @returns {Engine & { calls: string[], loads: number, disposed: boolean }}
 */
export function fakeEngine({
  total = 40,
  perEpoch = 10,
  stepMs = 0,
  askMs = 0,
  size = 24,
  fail,
} = {}) {
  /** @type {Settings} */
  let settings = {};
  let at = 0;
  const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const mayFail = (/** @type {string} */ method) => {
    if (fail?.method !== method || at < (fail.after ?? 0)) return;
    throw Object.assign(new Error("fake"), {
      code: fail.code,
      message: { zh: "假的故障", en: "a made-up failure" },
    });
  };
  const loss = (/** @type {number} */ t) => {
    const lr = Number(settings.lr ?? 0.1);
    return (
      0.35 +
      1.95 * Math.exp(-(6 * lr * 10 * t) / total) +
      (0.08 * Math.sin(t * 12.9898 * (1 + Number(settings.seed ?? 0)))) / Math.sqrt(1 + t / 10)
    );
  };
  const engine = {
    /** @type {string[]} */
    calls: [],
    loads: 0,
    disposed: false,
    async load(
      /** @type {((progress: import("../../src/types.js").Progress) => void) | undefined} */ onProgress,
    ) {
      engine.calls.push("load");
      engine.loads += 1;
      for (let part = 1; part <= 4; part += 1) {
        onProgress?.({ loaded: part * 1e6, total: 4e6, what: { zh: "运行时", en: "runtime" } });
        await wait(stepMs * 5);
      }
      mayFail("load");
    },
    async init(/** @type {Settings} */ given) {
      engine.calls.push("init");
      settings = { ...given };
      at = 0;
      mayFail("init");
      return { total_steps: total, steps_per_epoch: perEpoch };
    },
    async step(/** @type {number} */ n, /** @type {Settings} */ live) {
      engine.calls.push(`step ${n}`);
      Object.assign(settings, live);
      mayFail("step");
      const steps = [];
      if (askMs) await wait(askMs);
      for (let i = 0; i < n && at < total; i += 1) {
        at += 1;
        if (stepMs) await wait(stepMs);
        const value = loss(at);
        steps.push({
          step: at,
          epoch: Math.ceil(at / perEpoch),
          metrics: { loss: value, accuracy: Math.max(0, 1 - value / 2.4) },
        });
      }
      return { steps, done: at >= total };
    },
    async evaluate(/** @type {string[]} */ what) {
      engine.calls.push(`evaluate ${what.join(" ")}`);
      mayFail("evaluate");
      const value = loss(at) * 1.05 + 0.02;
      return {
        metrics: { validation_loss: value, validation_accuracy: Math.max(0, 1 - value / 2.4) },
        arrays: { ...images(), ...plane(size, at / total) },
      };
    },
    dispose() {
      engine.disposed = true;
    },
  };
  return engine;
}

/** @param {number[]} shape @param {(i: number) => number} value */
function array(shape, value) {
  const length = shape.reduce((product, n) => product * n, 1);
  return { shape, dtype: "float32", data: Float32Array.from({ length }, (_, i) => value(i)) };
}

function images() {
  return {
    pixels: {
      ...array([24, 28, 28], (i) => {
        const [x, y] = [(i % 28) - 13.5, (Math.floor(i / 28) % 28) - 13.5];
        return Math.abs(Math.hypot(x, y) - 4 - ((Math.floor(i / 784) * 7) % 8)) < 2.5 ? 210 : 0;
      }),
      dtype: "uint8",
    },
    labels: array([24], (i) => i % 10),
    predictions: array([24], (i) => (i % 7 === 3 ? (i + 2) % 10 : i % 10)),
    confidence: array([24], (i) => 0.5 + (i % 5) / 10),
  };
}

/** @param {number} size @param {number} t */
function plane(size, t) {
  const at = (/** @type {number} */ i) => {
    const [c, r] = [i % size, Math.floor(i / size) % size];
    return [(6 * c) / (size - 1) - 3, (6 * r) / (size - 1) - 3];
  };
  const point = (/** @type {number} */ i) => {
    const [y, a] = [i % 2, Math.PI * ((i * 0.618) % 1)];
    const sign = 1 - 2 * y;
    return [
      sign * Math.cos(a) + y - 0.5 + 0.1 * Math.sin(7 * i),
      sign * Math.sin(a) + 0.5 * y - 0.25 + 0.1 * Math.cos(5 * i),
    ];
  };
  return {
    grid: array([size, size], (i) => {
      const [x, y] = at(i);
      return 1 / (1 + Math.exp(4 * (0.2 + t) * (y - Math.sin(1.7 * x) * t)));
    }),
    extent: array([4], (i) => [-3, 3, -3, 3][i]),
    points: array([120, 2], (i) => point(Math.floor(i / 2))[i % 2]),
    point_labels: array([120], (i) => i % 2),
    hidden_1: array([8, size, size], (i) => {
      const unit = Math.floor(i / size / size);
      const [x, y] = at(i % (size * size));
      return Math.max(0, Math.cos(unit) * x + Math.sin(unit) * y + 0.3 * unit - 1);
    }),
  };
}
