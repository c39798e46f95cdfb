import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { renderLab } from "../src/lab.js";
import { freshPage, matchesSnapshot, one, type, until, wait } from "./dom.js";
import { fakeEngine } from "./fake/engine.js";
import { lab } from "./fake/specs.js";

/** @type {HTMLElement} */
let body;
beforeEach(() => {
  body = freshPage();
});

/**
 * @param {Parameters<typeof fakeEngine>[0]} [engineOptions]
 * @param {import("../src/types.js").Options} [options]
 * @param {Partial<import("../src/types.js").Host>} [host]
 */
function open(engineOptions, options = {}, host = {}) {
  const el = document.createElement("div");
  el.className = "mlp-lab";
  el.innerHTML = '<figure><img alt="the default run"><figcaption>caption</figcaption></figure>';
  body.append(el);
  const engine = fakeEngine(engineOptions);
  const close = renderLab(el, lab, options, { createEngine: () => engine, ...host });
  const press = (/** @type {string} */ action) => one(el, `[data-action=${action}]`).click();
  const phase = (/** @type {string} */ name) => until(() => el.dataset.phase === name);
  const box = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (one(el, `.mlp-number[name=${name}]`));
  const rows = () =>
    [...el.querySelectorAll(".mlp-runs tbody tr")].map((row) =>
      [...row.querySelectorAll("th, td")].map((cell) => visible(cell)),
    );
  return { el, engine, close, press, phase, box, rows };
}

/** The English and language-less text of an element. @param {Element} el */
function visible(el) {
  const copy = /** @type {Element} */ (el.cloneNode(true));
  for (const part of copy.querySelectorAll('[lang="zh-Hans"], .mlp-sr')) part.remove();
  return copy.textContent?.replace(/\s+/g, " ").trim();
}

const hidden = (/** @type {ParentNode} */ el, /** @type {string} */ selector) =>
  one(el, selector).hidden;

test("the HTML of a lab before anything is pressed", () => matchesSnapshot("lab", open().el));

test("nothing is loaded before Run, and the picture stands there", () => {
  const { el, engine } = open();
  assert.deepEqual(engine.calls, []);
  assert.equal(hidden(el, "figure"), false);
  assert.equal(hidden(el, ".mlp-charts"), true);
});

test("a run draws its curves in place of the picture and ends with words", async () => {
  const { el, press, phase } = open();
  press("run");
  await phase("done");
  await wait(10);
  assert.equal(hidden(el, "figure"), true);
  assert.equal(hidden(el, ".mlp-charts"), false);
  assert.match(
    one(el, ".mlp-plot").getAttribute("aria-label") ?? "",
    /^Loss: step 40; training 0\.3\d+, validation 0\.\d+$/,
  );
  assert.ok(one(el, "path.mlp-line-loss").getAttribute("d"));
  assert.match(
    visible(one(el, "[role=status]")) ?? "",
    /training loss 0\.\d+, validation accuracy \d+\.\d%/,
  );
  assert.equal(visible(one(el, "[data-action=run]")), "Run again");
  assert.match(visible(one(el, ".mlp-counter")) ?? "", /^epoch 4 \/ 4 · step 40 \/ 40$/);
});

test("images carry their verdict in words", async () => {
  const { el, press, phase } = open();
  press("run");
  await phase("done");
  await wait(10);
  const cells = [...el.querySelectorAll(".mlp-image")].map((cell) => visible(cell));
  assert.equal(cells.length, 24);
  assert.equal(cells[0], "✓class 0");
  assert.equal(cells[3], "✗class 5 is class 3");
  assert.equal(visible(one(el, ".mlp-score")), "21 of 24 right");
});

test("an earlier run stays, what differs is marked; it can be used again and removed", async () => {
  const { el, press, phase, box, rows } = open();
  press("run");
  await phase("done");
  type(box("lr"), "0.5");
  type(box("num_hiddens"), "64");
  press("run");
  await phase("loading").catch(() => {});
  await phase("done");
  assert.deepEqual(
    rows().map((row) => row.slice(0, 4)),
    [
      ["2 now", "0.5", "64", "40"],
      ["1", "0.1", "256", "40"],
    ],
  );
  assert.equal(el.querySelectorAll("td.mlp-differs").length, 2);
  assert.match(
    visible(one(el, ".mlp-shared")) ?? "",
    /^The same in all: Layers 1, Subtract the mean off, Seed 0$/,
  );
  await wait(10);
  assert.ok(el.querySelectorAll("path.mlp-line-earlier").length >= 2);
  const [use, remove] = /** @type {HTMLElement[]} */ ([
    ...el.querySelectorAll(".mlp-run-actions button"),
  ]);
  use.click();
  assert.equal(box("num_hiddens").value, "256");
  assert.equal(box("lr").value, "0.1");
  remove.click();
  assert.equal(rows().length, 1);
});

test("a live control changes the run; another waits and starts a new one", async () => {
  const { el, press, phase, box, engine } = open();
  press("step");
  await phase("paused");
  type(box("lr"), "0.5");
  assert.equal(visible(one(el, "[data-action=run]")), "Resume");
  type(box("num_hiddens"), "64");
  assert.equal(hidden(el, "[data-control=num_hiddens] .mlp-pending"), false);
  assert.equal(visible(one(el, "[data-action=run]")), "Run new settings");
  press("run");
  await phase("done");
  assert.equal(engine.calls.filter((call) => call === "init").length, 2);
  assert.equal(hidden(el, "[data-control=num_hiddens] .mlp-pending"), true);
});

test("reset keeps the run as a ghost and the settings as they are", async () => {
  const { el, press, phase, box, rows } = open();
  type(box("lr"), "0.3");
  press("run");
  await phase("done");
  press("reset");
  assert.equal(el.dataset.phase, "idle");
  assert.equal(box("lr").value, "0.3");
  assert.equal(rows().length, 1);
  one(el, ".mlp-runs .mlp-panel-head button").click();
  assert.equal(rows().length, 0);
  assert.equal(hidden(el, "figure"), false);
});

test("a preset sets its values and shows its sentence while they hold", async () => {
  const { el, box, press, phase } = open();
  type(box("num_hiddens"), "64");
  one(el, "[data-preset=large]").click();
  assert.equal(box("lr").value, "1");
  assert.equal(box("num_hiddens").value, "256");
  assert.equal(visible(one(el, ".mlp-preset-note")), "The loss jumps, then falls.");
  assert.match(visible(one(el, "[role=status]")) ?? "", /Press Run/);
  type(box("lr"), "0.2");
  assert.equal(hidden(el, ".mlp-preset-note"), true);
  press("run");
  await phase("done");
  one(el, "[data-preset=narrow]").click();
  await phase("done");
  assert.equal(box("num_hiddens").value, "4");
});

for (const [code, title] of [
  ["no-wasm", "This browser can't run WebAssembly"],
  ["blocked-file", "A file could not be loaded"],
  ["bad-file", "A file is not what it should be"],
  ["dead-kernel", "The kernel does not answer"],
  ["python-error", "The Python function raised an error"],
  ["bad-setting", "A setting can't be used"],
]) {
  test(`${code}: says what happened and keeps the picture`, async () => {
    const { el, press, phase } = open({ fail: { method: "load", code } });
    press("run");
    await phase("failed");
    assert.equal(hidden(el, "figure"), false);
    assert.equal(hidden(el, ".mlp-alert"), false);
    assert.equal(visible(one(el, ".mlp-alert-title")), title);
    assert.equal(visible(one(el, ".mlp-alert-detail")), "a made-up failure");
    assert.match(one(el, ".mlp-alert-title").textContent ?? "", /[一-龥]/);
  });
}

test("the picture comes back when a later run fails, and goes with the next success", async () => {
  const failing = { method: "step", code: "dead-kernel", after: 3 };
  const { el, press, phase } = open({ fail: failing });
  press("run");
  await phase("failed");
  assert.equal(hidden(el, "figure"), false);
  assert.equal(hidden(el, ".mlp-charts"), false);
  failing.after = 1000;
  press("run");
  await phase("done");
  assert.equal(hidden(el, ".mlp-alert"), true);
  assert.equal(hidden(el, "figure"), true);
});

test("a diverged run keeps its curve in place of the picture", async () => {
  const { el, press, phase } = open({ fail: { method: "step", code: "not-a-number", after: 3 } });
  press("run");
  await phase("failed");
  assert.equal(visible(one(el, ".mlp-alert-title")), "The training has diverged");
  assert.equal(hidden(el, "figure"), true);
  assert.equal(hidden(el, ".mlp-charts"), false);
});

test("hidden controls and parts are not there; their values hold", async () => {
  const { el, press, phase, engine } = open(
    {},
    { values: { seed: 7 }, hide: ["seed", "presets", "csv"] },
  );
  assert.equal(el.querySelector("[data-control=seed]"), null);
  assert.equal(el.querySelector(".mlp-presets"), null);
  assert.equal(el.querySelector("[data-action=csv]"), null);
  press("step");
  await phase("paused");
  assert.equal(engine.calls[0], "load");
});

test("settings come from the address and go into it; a bad one is named", async () => {
  freshPage({
    url: "https://book.test/p.html?lab.small.lr=0.5&lab.small.num_hiddens=0&lab.small.hide=seed",
  });
  body = document.body;
  const { el, box } = open({}, {}, { address: { prefix: "lab.small" } });
  assert.equal(box("lr").value, "0.5");
  assert.equal(box("num_hiddens").value, "256");
  assert.equal(el.querySelector("[data-control=seed]"), null);
  assert.equal(
    visible(one(el, ".mlp-alert")),
    "Hidden units: Got “0”; expected a whole number from 1 to 1024.",
  );
  type(box("lr"), "0.7");
  await wait(260);
  assert.match(location.search, /lab\.small\.lr=0\.7/);
  assert.match(location.search, /lab\.small\.hide=seed/);
});

test("the source is shown as it is, coloured", () => {
  const { el } = open();
  assert.equal(
    one(el, ".mlp-source code").textContent,
    Object.values(lab.source ?? {})
      .map((part) => part.trim())
      .join("\n\n\n"),
  );
  assert.equal(one(el, ".mlp-py-define").textContent, "init");
  assert.equal(one(el, ".mlp-py-comment").textContent, "# nothing");
});

test("two labs on one page share no id", () => {
  open();
  open();
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  assert.equal(new Set(ids).size, ids.length);
});

test("closing takes everything away and gives the picture back", async () => {
  const { el, press, phase, close, engine } = open();
  press("run");
  await phase("done");
  close();
  assert.ok(engine.disposed);
  assert.equal(el.querySelector(".mlp-frame"), null);
  assert.equal(hidden(el, "figure"), false);
});

test("without a switch of the page the lab has its own, shared by all labs", async () => {
  body = freshPage({ language: "" });
  const first = open().el;
  const second = open().el;
  assert.equal(hidden(first, ".mlp-languages"), false);
  one(first, ".mlp-language[lang=zh-Hans]").click();
  assert.equal(first.dataset.language, "zh");
  assert.equal(second.dataset.language, "zh");
  one(second, ".mlp-language[lang=en]").click();
  assert.equal(first.dataset.language, "en");
});

test("with a switch of the page the lab follows it", async () => {
  const { el } = open();
  assert.equal(hidden(el, ".mlp-languages"), true);
  document.documentElement.dataset.language = "zh";
  await wait(5);
  assert.equal(el.dataset.language, "zh");
  assert.equal(one(el, ".mlp-progress").getAttribute("aria-label"), "训练进度");
});
