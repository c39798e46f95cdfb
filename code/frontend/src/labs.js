/** The kinds of labs, told apart. */

import { renderArrayLab } from "./array_lab.js";
import { renderLab } from "./lab.js";

/**
 * @param {HTMLElement} root
 * @param {import("./types.js").Spec} spec
 * @param {import("./types.js").Options} options
 * @param {import("./types.js").Host<any>} host whose engine is of the lab's kind
 * @returns {() => void} takes everything away again
 */
export function renderAnyLab(root, spec, options, host) {
  const render = spec.kind === "curves" || spec.kind === "table" ? renderArrayLab : renderLab;
  return render(root, spec, options, host);
}
