// Reads one request a line ({tex, display}) and answers one line ({html} or {error}).
// mlpbook.site.maths keeps one such process for a whole build.
const katex = require("./katex.min.js");
const readline = require("node:readline");

const OPTIONS = { output: "htmlAndMathml", strict: false, throwOnError: true };

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(tex, { ...OPTIONS, displayMode: display }) };
  } catch (error) {
    answer = { error: String(error.message) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
