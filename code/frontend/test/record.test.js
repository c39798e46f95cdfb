import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv } from "../src/run/csv.js";
import {
  addEvaluation,
  addSteps,
  createRun,
  last,
  settingsAt,
  summaryOf,
} from "../src/run/record.js";

function run() {
  const made = createRun(1, { lr: 0.1, seed: 0 }, { total_steps: 4, steps_per_epoch: 2 });
  addEvaluation(made, { validation_loss: 2.3 }, {});
  addSteps(made, [
    { step: 1, epoch: 1, metrics: { loss: 2 } },
    { step: 2, epoch: 1, metrics: { loss: 1 } },
  ]);
  addEvaluation(made, { validation_loss: 1.5 }, {});
  made.changes.push({ step: 2, settings: { lr: 0.5 } });
  addSteps(made, [{ step: 3, epoch: 2, metrics: { loss: 0.5 } }]);
  return made;
}

test("the last value of a metric, and its mean over an epoch's last steps", () => {
  assert.equal(last(run(), "loss"), 0.5);
  assert.equal(summaryOf(run(), "loss"), 0.75);
  assert.equal(summaryOf(run(), "validation_loss"), 1.5);
  assert.equal(summaryOf(run(), "nothing"), undefined);
});

test("evaluating twice at one step keeps the later value", () => {
  const made = run();
  addEvaluation(made, { validation_loss: 1.2 }, {});
  addEvaluation(made, { validation_loss: 1.1 }, {});
  assert.deepEqual(made.metrics.get("validation_loss"), { x: [0, 2, 3], y: [2.3, 1.5, 1.1] });
});

test("a live control's change counts from the next step on", () => {
  assert.equal(settingsAt(run(), 2).lr, 0.1);
  assert.equal(settingsAt(run(), 3).lr, 0.5);
});

test("the CSV has a row a step with the settings that held then", () => {
  assert.equal(
    toCsv([run()], ["lr", "seed"]),
    [
      "run,lr,seed,step,epoch,validation_loss,loss",
      "1,0.1,0,0,0,2.3,",
      "1,0.1,0,1,0.5,,2",
      "1,0.1,0,2,1,1.5,1",
      "1,0.5,0,3,1.5,,0.5",
      "",
    ].join("\n"),
  );
});

test("a comma in a setting is quoted", () => {
  const made = createRun(2, { name: 'a, "b"' });
  addSteps(made, [{ step: 1, epoch: 1, metrics: { loss: 1 } }]);
  assert.match(toCsv([made], ["name"]), /^2,"a, ""b""",1,,1$/m);
});
