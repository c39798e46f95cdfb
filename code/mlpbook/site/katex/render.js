// Reads one request a line ({tex, display}) and answers one line ({html} or {error}).
// mlpbook.site.maths keeps one such process for a whole build.
const katex = require("./katex.min.js");
const readline = require("node:readline");

const OPTIONS = { output: "htmlAndMathml", strict: false, throwOnError: true };
const APPLY = "\u2061";
/** Elements of MathML that take a fixed number of children. */
const FIXED = new Set(["msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac", "mroot"]);

/** A child of such an element may be a fragment, which would count as several: `\max` is written as its name
 *  and the sign "apply to what follows". In a script nothing follows, so the sign goes; what still is
 *  several becomes a row. */
function repair(node) {
  if (!node.children) return;
  node.children.forEach((child, at) => {
    if (FIXED.has(node.type) && child.children && !child.type) {
      const parts = child.children.filter((part) => part.type !== "mo" || part.toText() !== APPLY);
      node.children[at] = parts.length === 1 ? parts[0] : new node.constructor("mrow", parts);
    }
    repair(node.children[at]);
  });
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    const tree = katex.__renderToDomTree(tex, { ...OPTIONS, displayMode: display });
    repair(tree);
    answer = { html: tree.toMarkup() };
  } catch (error) {
    answer = { error: String(error.message) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
