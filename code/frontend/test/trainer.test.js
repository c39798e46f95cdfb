import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { last } from "../src/run/record.js";
import { Trainer } from "../src/run/trainer.js";
import { freshPage, until, wait } from "./dom.js";
import { fakeEngine } from "./fake/engine.js";

beforeEach(() => void freshPage());

/**
 * @param {Parameters<typeof fakeEngine>[0]} [options]
 * @param {Partial<import("../src/run/trainer.js").TrainerOptions>} [more]
 */
function setUp(options, more = {}) {
  const engine = fakeEngine(options);
  const settings = { lr: 0.1, seed: 0 };
  /** @type {string[]} */
  const phases = [];
  /** @type {unknown[]} */
  const errors = [];
  const trainer = new Trainer({
    createEngine: () => engine,
    settings: () => settings,
    live: () => ({ lr: settings.lr }),
    atEpochs: ["images"],
    often: [],
    onPhase: (phase) => void phases.push(phase),
    onProgress: () => {},
    onStart: () => {},
    onData: () => {},
    onEvaluated: () => {},
    onError: (error) => void errors.push(error),
    ...more,
  });
  return { engine, trainer, phases, errors, settings };
}

test("a run goes to its end, with an evaluation before it and after each epoch", async () => {
  const { engine, trainer, phases } = setUp();
  await trainer.start(true);
  assert.deepEqual(phases, ["loading", "running", "done"]);
  assert.equal(trainer.run?.step, 40);
  assert.deepEqual(trainer.run?.metrics.get("validation_loss")?.x, [0, 10, 20, 30, 40]);
  assert.equal(engine.calls.filter((call) => call.startsWith("evaluate")).length, 5);
});

test("every step arrives once and in order, whatever the chunks", async () => {
  const { trainer } = setUp({ total: 333, perEpoch: 100 });
  await trainer.start(true);
  assert.deepEqual(
    trainer.run?.metrics.get("loss")?.x,
    Array.from({ length: 333 }, (_, i) => i + 1),
  );
});

test("where asking takes long, chunks grow all the same", async () => {
  const { trainer, engine } = setUp({ total: 200, perEpoch: 0, askMs: 40 });
  await trainer.start(true);
  const asked = engine.calls.filter((call) => call.startsWith("step")).length;
  assert.ok(asked <= 14, `${asked} times asked for 200 steps`);
});

test("pausing takes effect at once, and the run goes on from there", async () => {
  const { trainer } = setUp({ total: 400, perEpoch: 100, stepMs: 1 });
  const begun = trainer.start(true);
  await until(() => (trainer.run?.step ?? 0) > 3);
  trainer.pause();
  assert.equal(trainer.phase, "paused");
  await begun;
  const at = trainer.run?.step ?? 0;
  assert.ok(at < 400);
  await wait(30);
  assert.equal(trainer.run?.step, at);
  await trainer.start(false);
  assert.equal(trainer.run?.step, 400);
  assert.equal(trainer.phase, "done");
});

test("pressing Run twice in a row trains once", async () => {
  const { trainer, engine } = setUp({ total: 60, perEpoch: 20, stepMs: 1 });
  void trainer.start(true);
  await until(() => trainer.phase === "running");
  trainer.pause();
  void trainer.start(false);
  trainer.pause();
  await trainer.start(false);
  await until(() => trainer.phase === "done");
  assert.deepEqual(
    trainer.run?.metrics.get("loss")?.x,
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
  assert.equal(engine.calls.filter((call) => call === "init").length, 1);
});

test("one step is one step, and is evaluated", async () => {
  const { trainer, engine } = setUp();
  await trainer.stepOnce(true);
  assert.equal(trainer.run?.step, 1);
  assert.equal(trainer.phase, "paused");
  assert.equal(engine.calls.at(-1), "evaluate images");
  await trainer.stepOnce(false);
  assert.equal(trainer.run?.step, 2);
});

test("what comes in after a reset is dropped", async () => {
  const { trainer } = setUp({ total: 400, stepMs: 2 });
  const begun = trainer.start(true);
  await until(() => trainer.phase === "running");
  const run = trainer.run;
  trainer.reset();
  const at = run?.step;
  await begun;
  assert.equal(run?.step, at);
  assert.equal(trainer.phase, "idle");
  assert.equal(trainer.run, null);
});

test("a new run waits for the old one to leave the engine", async () => {
  const { trainer, engine } = setUp({ total: 40, stepMs: 2 });
  const first = trainer.start(true);
  await until(() => trainer.phase === "running");
  await trainer.start(true);
  await first;
  assert.equal(trainer.phase, "done");
  assert.equal(trainer.run?.step, 40);
  assert.equal(engine.calls.filter((call) => call === "init").length, 2);
});

test("the heavy parts are loaded once, on the first run", async () => {
  const { trainer, engine } = setUp();
  assert.equal(engine.loads, 0);
  await trainer.start(true);
  await trainer.start(true);
  assert.equal(engine.loads, 1);
});

test("pausing while it loads takes the run back", async () => {
  const { trainer } = setUp({ stepMs: 5 });
  const begun = trainer.start(true);
  await wait(5);
  trainer.pause();
  await begun;
  assert.equal(trainer.phase, "idle");
  assert.equal(trainer.run, null);
});

test("a live control that moves is noted with its step", async () => {
  const { trainer, settings } = setUp();
  await trainer.stepOnce(true);
  settings.lr = 0.5;
  await trainer.stepOnce(false);
  assert.deepEqual(trainer.run?.changes, [{ step: 1, settings: { lr: 0.5 } }]);
});

test("pictures that are looked at often are evaluated while an epoch goes on", async () => {
  const { trainer, engine } = setUp(
    { total: 300, perEpoch: 300, stepMs: 1 },
    { atEpochs: [], often: ["region"] },
  );
  await trainer.start(true);
  assert.ok(engine.calls.filter((call) => call === "evaluate region").length >= 3);
  assert.equal(trainer.run?.metrics.get("validation_loss")?.x.at(-1), 300);
});

for (const method of ["load", "init", "step", "evaluate"]) {
  test(`a failure of ${method} ends the run; the next one starts afresh`, async () => {
    const { trainer, engine, errors, phases } = setUp({ fail: { method, code: "blocked-file" } });
    await trainer.start(true);
    assert.equal(phases.at(-1), "failed");
    assert.equal(/** @type {{ code: string }} */ (errors[0]).code, "blocked-file");
    assert.ok(engine.disposed);
    await trainer.start(true);
    assert.equal(engine.loads, 2);
  });
}

test("a run that diverges keeps its engine and its curve", async () => {
  const { trainer, engine, errors } = setUp({
    fail: { method: "step", code: "not-a-number", after: 5 },
  });
  await trainer.start(true);
  assert.equal(trainer.phase, "failed");
  assert.equal(errors.length, 1);
  assert.equal(engine.disposed, false);
  assert.ok(
    (trainer.run?.step ?? 0) >= 5 &&
      Number.isFinite(
        last(/** @type {import("../src/run/record.js").Run} */ (trainer.run), "loss"),
      ),
  );
});

test("disposing releases the engine", async () => {
  const { trainer, engine } = setUp();
  await trainer.stepOnce(true);
  trainer.dispose();
  assert.ok(engine.disposed);
});
