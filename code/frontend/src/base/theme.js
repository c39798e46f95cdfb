/** The book's colours, as the style sheet resolves them for this element and theme. */

/**
 * @param {Element} el
 * @param {string} name of a token, as in `tokens.json`
 */
export function color(el, name) {
  return (
    getComputedStyle(el)
      .getPropertyValue(`--mlp-${name.replaceAll("_", "-")}`)
      .trim() || "#888888"
  );
}

/**
 * A colour as three numbers of 0 to 255.
 *
 * @param {string} hex such as `#0f6674`
 * @returns {[number, number, number]}
 */
export function rgb(hex) {
  const value = Number.parseInt(hex.slice(1, 7), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/**
 * A table of 256 colours along a scale's stops.
 *
 * @param {string[]} stops hex colours
 * @returns {Uint8ClampedArray} 256 × (r, g, b)
 */
export function ramp(stops) {
  const table = new Uint8ClampedArray(256 * 3);
  const colors = stops.map(rgb);
  for (let i = 0; i < 256; i += 1) {
    const place = (i / 255) * (colors.length - 1);
    const left = Math.min(Math.floor(place), colors.length - 2);
    const share = place - left;
    for (let c = 0; c < 3; c += 1) {
      table[3 * i + c] = colors[left][c] * (1 - share) + colors[left + 1][c] * share;
    }
  }
  return table;
}

/**
 * The colours of one of the book's scales.
 *
 * @param {Element} el
 * @param {"diverging" | "sequential"} name
 */
export function scaleTable(el, name) {
  const stops = name === "diverging" ? [0, 1, 2] : [0, 1];
  return ramp(stops.map((i) => color(el, `${name}-${i}`)));
}

/**
 * Calls back when the page, JupyterLab or the system goes dark or light.
 *
 * @param {() => void} callback
 * @returns {() => void} stops it
 */
export function onTheme(callback) {
  const observer = new MutationObserver(callback);
  const filter = { attributeFilter: ["data-theme", "data-jp-theme-light", "class", "theme"] };
  observer.observe(document.documentElement, filter);
  if (document.body) observer.observe(document.body, filter);
  const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
  system?.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    system?.removeEventListener("change", callback);
  };
}
