/**
 * The entry for the book's pages: brings the labs and quizzes that stand on the page to life.
 *
 * A lab is `<div class="mlp-lab" data-lab="NAME" data-options='{"values": …}'>` with its static
 * picture inside; a quiz is `<div class="mlp-quiz" data-quiz="ID">` with its questions as JSON and
 * as plain HTML. The address of the files stands in `<meta name="mlpbook-static">`.
 */

import { createPageEngine } from "./engine/page.js";
import { createTableEngine } from "./engine/table.js";
import { renderAnyLab } from "./labs.js";
import { renderQuiz } from "./quiz/quiz.js";

/** @typedef {import("./types.js").Options} Options */

/** Where the front end's files lie, as an absolute address with a slash at its end. */
function staticBase() {
  const meta = document.querySelector('meta[name="mlpbook-static"]')?.getAttribute("content");
  const base = new URL(meta ?? ".", meta ? document.baseURI : import.meta.url);
  return base.href.endsWith("/") ? base.href : `${base.href}/`;
}

/**
 * @param {HTMLElement} el
 * @param {string} base
 * @param {string} prefix
 */
async function upgradeLab(el, base, prefix) {
  const name = el.dataset.lab ?? "";
  const answer = await fetch(`${base}labs/${name}/spec.json`);
  if (!answer.ok)
    throw new Error(`labs/${name}/spec.json: got status ${answer.status}, expected 200`);
  const spec = await answer.json();
  /** @type {Options} */
  const options = JSON.parse(el.dataset.options || "{}");
  const isTable = spec.kind === "table";
  renderAnyLab(el, spec, options, {
    createEngine: () => (isTable ? createTableEngine : createPageEngine)({ base, spec }),
    address: { prefix },
    atOnce: isTable,
  });
}

/** @param {HTMLElement} el */
function upgradeQuiz(el) {
  const json = el.querySelector('script[type="application/json"]')?.textContent;
  if (json) renderQuiz(el, JSON.parse(json));
}

/**
 * Links the style sheet, unless the page has it already, by itself or inside its own.
 *
 * @param {string} base
 */
function style(base) {
  const probe = document.querySelector(".mlp-lab, .mlp-quiz");
  if (!probe || getComputedStyle(probe).getPropertyValue("--mlp-styled")) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `${base}mlpbook.css`;
  document.head.append(link);
}

/** @type {(work: () => void) => unknown} */
const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 1));

/**
 * Brings everything on the page to life that is not alive yet, one thing after the other in the
 * order of the page, so that reading and scrolling never wait.
 */
function upgrade() {
  const base = staticBase();
  style(base);
  /** @type {(() => void)[]} */
  const left = [];
  /** @type {Map<string, number>} */
  const seen = new Map();
  for (const el of document.querySelectorAll(".mlp-lab[data-lab]")) {
    if (!(el instanceof HTMLElement)) continue;
    const name = el.dataset.lab ?? "";
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    if (el.dataset.upgraded) continue;
    el.dataset.upgraded = "true";
    // The picture and its caption stay where the spec can't be had: that is all a reader loses.
    const prefix = nth === 1 ? `lab.${name}` : `lab.${name}.${nth}`;
    left.push(() => upgradeLab(el, base, prefix).catch((error) => console.warn(error)));
  }
  for (const el of document.querySelectorAll(".mlp-quiz[data-quiz]")) {
    if (!(el instanceof HTMLElement) || el.dataset.upgraded) continue;
    el.dataset.upgraded = "true";
    left.push(() => upgradeQuiz(el));
  }
  whenIdle(function next() {
    left.shift()?.();
    if (left.length) whenIdle(next);
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", upgrade);
else upgrade();
