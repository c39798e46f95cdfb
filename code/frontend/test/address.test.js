import assert from "node:assert/strict";
import { test } from "node:test";
import { addressWriter, readAddress, withSettings } from "../src/run/address.js";
import { freshPage, wait } from "./dom.js";

test("settings go into the address and come back", () => {
  const href = withSettings(
    "lab.a",
    { lr: 0.5, seed: 3 },
    ["seed", "runs"],
    {},
    "https://book.test/p.html?q=1#part",
  );
  assert.equal(
    href,
    "https://book.test/p.html?q=1&lab.a.lr=0.5&lab.a.seed=3&lab.a.hide=seed,runs#part",
  );
  const { search } = new URL(href);
  assert.deepEqual(readAddress("lab.a", ["lr", "seed", "other"], search), {
    values: { lr: "0.5", seed: "3" },
    hide: ["seed", "runs"],
  });
});

test("a second lab of the same name has settings of its own", () => {
  const search = "?lab.a.lr=1&lab.a.2.lr=2";
  assert.equal(readAddress("lab.a", ["lr"], search).values.lr, "1");
  assert.equal(readAddress("lab.a.2", ["lr"], search).values.lr, "2");
});

test("what stands at its default is not mentioned", () => {
  const href = withSettings(
    "lab.a",
    { lr: 0.1, seed: 3 },
    [],
    { lr: 0.1, seed: 0 },
    "https://book.test/p.html?lab.a.lr=9",
  );
  assert.equal(href, "https://book.test/p.html?lab.a.seed=3");
});

test("the page's address follows, once for many changes", async () => {
  freshPage();
  const writer = addressWriter("lab.a", { lr: 0.1 });
  writer.write({ lr: 0.2 }, []);
  writer.write({ lr: 0.3 }, []);
  assert.equal(location.search, "");
  await wait(260);
  assert.equal(location.search, "?lab.a.lr=0.3");
});
