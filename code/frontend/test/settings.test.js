import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbour } from "../src/controls/slider.js";
import { check, initialValues, nearest, stops } from "../src/run/settings.js";
import { lab } from "./fake/specs.js";

const control = (/** @type {string} */ name) => {
  const found = lab.controls.find((one) => one.name === name);
  assert.ok(found);
  return found;
};
const slider = (/** @type {string} */ name) =>
  /** @type {import("../src/types.js").SliderSpec} */ (control(name));

test("a number is read as written", () => {
  assert.deepEqual(check(control("lr"), "0.5"), { value: 0.5 });
  assert.deepEqual(check(control("lr"), " 1e-2 "), { value: 0.01 });
  assert.deepEqual(check(control("num_hiddens"), 1024), { value: 1024 });
  assert.deepEqual(check(control("seed"), "0"), { value: 0 });
});

for (const [name, raw, expected] of [
  ["lr", "fast", "Got “fast”; expected a number from 0.001 to 5."],
  ["lr", "5.01", "Got “5.01”; expected a number from 0.001 to 5."],
  ["lr", "", "Got nothing; expected a number from 0.001 to 5."],
  ["lr", "NaN", "Got “NaN”; expected a number from 0.001 to 5."],
  ["lr", "Infinity", "Got “Infinity”; expected a number from 0.001 to 5."],
  ["num_hiddens", "2.5", "Got “2.5”; expected a whole number from 1 to 1024."],
  ["seed", "-1", "Got “-1”; expected a whole number from 0 to 9999."],
  ["seed", "10000", "Got “10000”; expected a whole number from 0 to 9999."],
  ["depth", "4", "Got “4”; expected one of 1, 2, 3."],
  ["centre", "maybe", "Got “maybe”; expected on or off."],
]) {
  test(`${name} refuses "${raw}" and says why in both languages`, () => {
    const { error } = check(control(name), raw);
    assert.equal(error?.en, expected);
    assert.match(error?.zh ?? "", /得到.*应为/);
  });
}

test("a choice keeps the type of its value", () => {
  assert.deepEqual(check(control("depth"), "2"), { value: 2 });
  assert.deepEqual(check(control("centre"), "true"), { value: true });
});

test("stops rise from the least to the greatest value and hold the default", () => {
  for (const name of ["lr", "num_hiddens", "dropout"]) {
    const { min, max, value } = slider(name);
    const places = stops(slider(name));
    assert.equal(places[0], min);
    assert.equal(places.at(-1), max);
    assert.ok(places.includes(value), `${name}: ${value} is no stop`);
    assert.ok(
      places.every((place, i) => i === 0 || place > places[i - 1]),
      `${name}: not rising`,
    );
  }
});

test("whole numbers on a log scale stop at powers of two", () => {
  const places = stops(slider("num_hiddens"));
  for (const power of [1, 2, 4, 64, 128, 512, 1024]) assert.ok(places.includes(power));
});

test("multiples of a step are exact decimals", () => {
  assert.deepEqual(stops(slider("dropout")).slice(0, 4), [0, 0.05, 0.1, 0.15]);
});

test("the nearest stop on a log scale is measured in ratios", () => {
  assert.equal(nearest([1, 10, 100], 40, true), 2);
  assert.equal(nearest([1, 10, 100], 40, false), 1);
});

test("arrow keys go to the next stop, also from between two, and stay inside", () => {
  assert.equal(neighbour([1, 2, 4], 3, 1), 4);
  assert.equal(neighbour([1, 2, 4], 3, -1), 2);
  assert.equal(neighbour([1, 2, 4], 4, 1), 4);
  assert.equal(neighbour([1, 2, 4], 1, -1), 1);
});

test("later layers win, bad values are named and left out", () => {
  const { values, errors } = initialValues(
    lab.controls,
    { lr: 0.5, unknown: 1 },
    { lr: "1", seed: "x" },
  );
  assert.equal(values.lr, 1);
  assert.equal(values.seed, 0);
  assert.ok(!("unknown" in values));
  assert.deepEqual(
    errors.map((error) => error.en),
    ["Seed: Got “x”; expected a whole number from 0 to 9999."],
  );
});
