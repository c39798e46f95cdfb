import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createScope } from "../src/base/scope.js";
import { seed } from "../src/controls/seed.js";
import { select } from "../src/controls/select.js";
import { slider } from "../src/controls/slider.js";
import { toggle } from "../src/controls/switch.js";
import { freshPage, matchesSnapshot, one, press, type, wait } from "./dom.js";
import { lab } from "./fake/specs.js";

/** @type {HTMLElement} */
let body;
/** @type {import("../src/types.js").Value[]} */
let heard;
const hear = (/** @type {import("../src/types.js").Value} */ value) => void heard.push(value);
const spec = (/** @type {string} */ name) =>
  /** @type {any} */ (lab.controls.find((control) => control.name === name));

beforeEach(() => {
  body = freshPage();
  heard = [];
});

/** @param {import("../src/controls/frame.js").Control} control */
function place(control) {
  body.append(control.el);
  return control;
}

for (const [
  name,
  make,
] of /** @type {[string, (control: any) => import("../src/controls/frame.js").Control][]} */ ([
  ["lr", (control) => slider(control, hear)],
  ["num_hiddens", (control) => slider(control, hear)],
  ["depth", (control) => select(control, hear)],
  ["batch_size", (control) => select(control, hear)],
  ["centre", (control) => toggle(control, hear)],
  ["seed", (control) => seed(control, hear, createScope(document.body))],
])) {
  test(`the HTML of ${name}`, () => matchesSnapshot(`control-${name}`, place(make(spec(name))).el));

  test(`every input of ${name} has a name that a reader hears`, () => {
    const { el } = place(make(spec(name)));
    for (const input of el.querySelectorAll("input, select, button")) {
      const ids = input.getAttribute("aria-labelledby")?.split(" ") ?? [];
      const named = ids.every((id) => document.getElementById(id)) && ids.length > 0;
      const labelled =
        el.querySelector(`label[for="${input.id}"]`) ||
        input.closest("label") ||
        input.getAttribute("aria-label");
      assert.ok(named || labelled, input.outerHTML);
    }
  });
}

test("moving the slider sets the box, and the other way round", () => {
  const { el } = place(slider(spec("num_hiddens"), hear));
  const range = /** @type {HTMLInputElement} */ (one(el, "input[type=range]"));
  const box = /** @type {HTMLInputElement} */ (one(el, "input[role=spinbutton]"));
  range.value = "0";
  range.dispatchEvent(new Event("input"));
  assert.equal(box.value, "1");
  type(box, "300");
  assert.deepEqual(heard, [1, 300]);
  assert.equal(range.getAttribute("aria-valuetext"), "300");
});

test("a bad number is named, announced, and the old one stays", () => {
  const { el } = place(slider(spec("num_hiddens"), hear));
  const box = /** @type {HTMLInputElement} */ (one(el, "input[role=spinbutton]"));
  type(box, "many");
  assert.equal(box.value, "256");
  assert.deepEqual(heard, []);
  assert.equal(box.getAttribute("aria-invalid"), "true");
  const error = one(el, "[role=alert]");
  assert.equal(error.hidden, false);
  assert.equal(
    one(error, "[lang=en]").textContent,
    "Got “many”; expected a whole number from 1 to 1024.",
  );
  assert.ok(box.getAttribute("aria-describedby")?.includes(error.id));
  type(box, "128");
  assert.equal(error.hidden, true);
  assert.equal(box.hasAttribute("aria-invalid"), false);
});

test("arrow keys in the box go to the next stop", () => {
  const { el } = place(slider(spec("num_hiddens"), hear));
  const box = one(el, "input[role=spinbutton]");
  press(box, "ArrowUp");
  press(box, "ArrowDown");
  press(box, "ArrowDown");
  assert.deepEqual(heard, [384, 256, 192]);
});

test("Enter takes what stands in the box", () => {
  const { el } = place(slider(spec("lr"), hear));
  const box = /** @type {HTMLInputElement} */ (one(el, "input[role=spinbutton]"));
  box.value = "0.07";
  press(box, "Enter");
  assert.deepEqual(heard, [0.07]);
});

test("a few short options stand side by side, more of them in a list", () => {
  assert.ok(one(select(spec("depth"), hear).el, "[role=radiogroup]"));
  assert.ok(one(select(spec("batch_size"), hear).el, "select"));
});

test("choices keep the type of their values", () => {
  const depth = place(select(spec("depth"), hear));
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (depth.el.querySelectorAll("input"));
  radios[2].checked = true;
  radios[2].dispatchEvent(new Event("change"));
  const list = /** @type {HTMLSelectElement} */ (
    one(place(select(spec("batch_size"), hear)).el, "select")
  );
  list.selectedIndex = 0;
  list.dispatchEvent(new Event("change"));
  assert.deepEqual(heard, [3, 16]);
});

test("a list speaks the chosen language", async () => {
  const list = one(place(select(spec("batch_size"), hear)).el, "select");
  assert.equal(list.querySelector("option")?.textContent, "16 images");
  document.documentElement.dataset.language = "zh";
  await wait(5);
  assert.equal(list.querySelector("option")?.textContent, "16张");
});

test("a switch is on or off", () => {
  const { el, set } = place(toggle(spec("centre"), hear));
  const input = /** @type {HTMLInputElement} */ (one(el, "[role=switch]"));
  input.click();
  set(false);
  assert.deepEqual(heard, [true]);
  assert.equal(input.checked, false);
});

test("the die rolls another seed that is allowed", () => {
  const { el } = place(seed(spec("seed"), hear, createScope(document.body)));
  one(el, "button").click();
  assert.equal(heard.length, 1);
  assert.ok(Number.isInteger(heard[0]) && Number(heard[0]) >= 0 && Number(heard[0]) <= 9999);
  assert.equal(/** @type {HTMLInputElement} */ (one(el, "input")).value, String(heard[0]));
});

test("a change that waits says so", () => {
  const { el, setPending } = place(slider(spec("num_hiddens"), hear));
  const note = one(el, ".mlp-pending");
  assert.equal(note.hidden, true);
  setPending(true);
  assert.equal(note.hidden, false);
  assert.match(note.textContent ?? "", /下次运行时生效.*Applies at the next run/);
});
