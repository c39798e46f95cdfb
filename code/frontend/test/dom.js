/** A light DOM for the tests, and HTML snapshots. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Window } from "happy-dom";

const NAMES = /** @type {const} */ ([
  "document",
  "HTMLElement",
  "Node",
  "MutationObserver",
  "CustomEvent",
  "Event",
  "KeyboardEvent",
  "localStorage",
  "location",
  "history",
  "requestAnimationFrame",
  "cancelAnimationFrame",
  "getComputedStyle",
  "navigator",
]);
const SNAPSHOTS = join(fileURLToPath(new URL(".", import.meta.url)), "snapshots");

/**
 * A fresh page, whose parts become globals as in a browser.
 *
 * @param {{ url?: string, language?: string }} [options]
 */
export function freshPage({ url = "https://book.test/4_2.html", language = "en" } = {}) {
  const window = new Window({ url });
  for (const name of NAMES) {
    Object.defineProperty(globalThis, name, {
      value: /** @type {any} */ (window)[name],
      configurable: true,
      writable: true,
    });
  }
  Object.defineProperty(globalThis, "requestAnimationFrame", {
    value: (/** @type {() => void} */ callback) => setTimeout(callback, 1),
    configurable: true,
  });
  Object.defineProperty(globalThis, "cancelAnimationFrame", {
    value: clearTimeout,
    configurable: true,
  });
  if (language) document.documentElement.dataset.language = language;
  return document.body;
}

/** @param {number} ms */
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until something holds.
 *
 * @param {() => unknown} holds
 * @param {number} [ms]
 */
export async function until(holds, ms = 3000) {
  const end = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > end) assert.fail(`did not come true within ${ms} ms: ${holds}`);
    await wait(2);
  }
}

/**
 * Compares an element with its stored HTML; `UPDATE_SNAPSHOTS=1 npm test` writes it anew.
 *
 * @param {string} name
 * @param {Element} el
 */
export function matchesSnapshot(name, el) {
  const found = pretty(el.outerHTML);
  const file = join(SNAPSHOTS, `${name}.html`);
  if (process.env.UPDATE_SNAPSHOTS) {
    mkdirSync(SNAPSHOTS, { recursive: true });
    writeFileSync(file, found);
  }
  assert.ok(
    existsSync(file),
    `${file} is missing: run UPDATE_SNAPSHOTS=1 npm test and look at what it writes`,
  );
  assert.equal(found, readFileSync(file, "utf8"));
}

/** One tag a line, ids counted from 1. @param {string} html */
function pretty(html) {
  /** @type {Map<string, string>} */
  const ids = new Map();
  const stable = html.replace(/mlp-([a-z]+)-\d+/g, (id, word) => {
    if (!ids.has(id)) ids.set(id, `mlp-${word}-${ids.size + 1}`);
    return /** @type {string} */ (ids.get(id));
  });
  return `${stable.replace(/></g, ">\n<")}\n`;
}

/**
 * Types into a box and leaves it, as a reader does.
 *
 * @param {HTMLInputElement} input
 * @param {string} text
 */
export function type(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {Element} el
 * @param {string} key
 */
export function press(el, key) {
  el.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

/**
 * The element that must be there.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {T}
 */
export function one(parent, selector) {
  const found = parent.querySelector(selector);
  assert.ok(found, `nothing matches ${selector}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}
