/** Python, lightly coloured: keywords, strings, numbers, comments, and the names being defined. */

import { h } from "../base/dom.js";

const KEYWORDS = [
  "and as assert async await break class continue def del elif else except finally for from",
  "global if import in is lambda nonlocal not or pass raise return try while with yield",
  "None True False",
].join(" ");

const PARTS = [
  [
    "string",
    String.raw`[rfbRFB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|` +
      String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')`,
  ],
  ["comment", String.raw`#[^\n]*`],
  ["define", String.raw`(?<=\b(?:def|class)\s+)\w+`],
  ["keyword", String.raw`\b(?:${KEYWORDS.replaceAll(" ", "|")})\b`],
  ["number", String.raw`\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b`],
];

const PATTERN = new RegExp(PARTS.map(([name, pattern]) => `(?<${name}>${pattern})`).join("|"), "g");

/**
 * @param {string} source
 * @returns {(Node | string)[]}
 */
export function highlight(source) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let at = 0;
  for (const match of source.matchAll(PATTERN)) {
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0];
    nodes.push(source.slice(at, match.index), h("span", { class: `mlp-py-${kind}` }, match[0]));
    at = match.index + match[0].length;
  }
  nodes.push(source.slice(at));
  return nodes.filter((node) => node !== "");
}
