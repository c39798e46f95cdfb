/**
 * A lab's settings in the page's address: `?lab.fashion_mlp.lr=0.5&lab.fashion_mlp.hide=seed`. A
 * second lab of the same name on the page writes `lab.fashion_mlp.2.lr`.
 */

import { setting } from "../base/format.js";

/** @typedef {import("../types.js").Settings} Settings */

/**
 * @param {string} prefix such as `lab.fashion_mlp`
 * @param {string[]} names of controls
 * @param {string} [search]
 * @returns {{ values: Record<string, string>, hide: string[] }}
 */
export function readAddress(prefix, names, search = location.search) {
  const query = new URLSearchParams(search);
  /** @type {Record<string, string>} */
  const values = {};
  for (const name of names) {
    const value = query.get(`${prefix}.${name}`);
    if (value !== null) values[name] = value;
  }
  const hide = (query.get(`${prefix}.hide`) ?? "").split(",").filter(Boolean);
  return { values, hide };
}

/**
 * The page's address with these settings in it; everything else in it stays.
 *
 * @param {string} prefix
 * @param {Settings} values
 * @param {string[]} hide
 * @param {Settings} [except] settings that need no mention
 * @param {string} [href]
 */
export function withSettings(prefix, values, hide, except = {}, href = location.href) {
  const url = new URL(href);
  for (const [name, value] of Object.entries(values)) {
    const key = `${prefix}.${name}`;
    if (except[name] === value) url.searchParams.delete(key);
    else url.searchParams.set(key, setting(value));
  }
  if (hide.length) url.searchParams.set(`${prefix}.hide`, hide.join(","));
  else url.searchParams.delete(`${prefix}.hide`);
  return url.href.replaceAll("%2C", ",");
}

/**
 * Writes the settings into the address, a moment after the last change (browsers limit how often).
 *
 * @param {string} prefix
 * @param {Settings} except
 */
export function addressWriter(prefix, except) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return {
    /**
     * @param {Settings} values
     * @param {string[]} hide
     */
    write(values, hide) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        try {
          history.replaceState(history.state, "", withSettings(prefix, values, hide, except));
        } catch {
          // A page opened from a file or in a sandbox has no address to write; the lab works all
          // the same.
        }
      }, 200);
    },
    stop: () => clearTimeout(timer),
  };
}
