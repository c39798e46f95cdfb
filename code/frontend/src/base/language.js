/**
 * Which language the reader has chosen.
 *
 * A page of the book says it in `html[data-language]` ("zh", "en" or "both") and announces a change
 * with the event `mlpbook:language`. A notebook has no such switch: there the labs carry a small
 * one of their own, which all labs of the notebook share.
 */

import { recall, remember } from "./storage.js";

/** @typedef {import("../types.js").Text} Text */
/** @typedef {"zh" | "en" | "both"} Language */

const EVENT = "mlpbook:language";
const KEY = "mlpbook.language";

/** @param {string | null | undefined} name @returns {Language | null} */
function known(name) {
  return name === "zh" || name === "en" || name === "both" ? name : null;
}

/** Whether the page around the lab has a language switch. */
export function pageHasSwitch() {
  return known(document.documentElement.dataset.language) !== null;
}

/** @returns {Language} */
export function language() {
  const page = known(document.documentElement.dataset.language);
  if (page) return page;
  const own = known(recall(KEY));
  if (own) return own;
  return (navigator.language ?? "").toLowerCase().startsWith("zh") ? "zh" : "en";
}

/**
 * The choice of the labs' own switch, where the page has none.
 *
 * @param {Language} chosen
 */
export function chooseLanguage(chosen) {
  remember(KEY, chosen);
  document.dispatchEvent(new CustomEvent(EVENT, { detail: { language: chosen } }));
}

/**
 * Calls back whenever the language changes.
 *
 * @param {() => void} callback
 * @returns {() => void} stops it
 */
export function onLanguage(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributeFilter: ["data-language"] });
  document.addEventListener(EVENT, callback);
  return () => {
    observer.disconnect();
    document.removeEventListener(EVENT, callback);
  };
}

/**
 * One string for places that can't hold two elements (attributes, options, SVG text).
 *
 * @param {Text} text
 * @returns {string}
 */
export function say(text) {
  const chosen = language();
  if (chosen !== "both") return text[chosen];
  return text.zh === text.en ? text.zh : `${text.zh} · ${text.en}`;
}
