// What every part of the page's script uses.
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const say = (zh, en) => ({ zh, en, both: `${zh} · ${en}` })[root.dataset.language] ?? `${zh} · ${en}`;
const keep = (name, value) => {
  try { localStorage.setItem(`mlpbook:${name}`, value); } catch { /* a private window keeps nothing */ }
};
const kept = (name) => {
  try { return localStorage.getItem(`mlpbook:${name}`); } catch { return null; }
};
/** Puts off what a reader does not see at once: on a phone each piece of it would hold up the first touch. */
const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50));
const announce = (text) => { one(".live").textContent = text; };
