/**
 * Builds the front end into `../mlpbook/static/`: `npm ci && npm run build`.
 *
 * mlpbook.js    what a notebook's widget loads (anywidget's `_esm`)
 * page.js       what a page of the book loads
 * worker.js     the page's engine, with onnxruntime-web in it
 * mlpbook.css   the look of both
 * ort-wasm-simd-threaded.wasm.gz   onnxruntime's WebAssembly, gzipped
 * LICENSES.txt  of all that is in them
 *
 * With `--out FOLDER` it writes there instead. The same sources and lock file give the same bytes;
 * of the gzipped file, whose bytes depend on the zlib at hand, the contents.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const option = process.argv.indexOf("--out");
const out = option > 0 ? process.argv[option + 1] : join(here, "../mlpbook/static");
const ort = join(here, "node_modules/onnxruntime-web");

/** @typedef {{ light: string, dark: string }} Pair */

/**
 * The book's colours as CSS custom properties, light ones first.
 *
 * @returns {string}
 */
function tokenCss() {
  const tokens = JSON.parse(readFileSync(join(here, "../mlpbook/tokens.json"), "utf8"));
  const declare = (/** @type {"light" | "dark"} */ theme) => {
    const colors = Object.entries(/** @type {Record<string, Pair>} */ (tokens.colors)).map(
      ([name, pair]) => `--mlp-${name.replaceAll("_", "-")}:${pair[theme]}`,
    );
    const scales = Object.entries(
      /** @type {Record<string, Record<"light" | "dark", string[]>>} */ (tokens.scales),
    ).flatMap(([name, stops]) => stops[theme].map((color, i) => `--mlp-${name}-${i}:${color}`));
    const picture = theme === "dark" ? "invert(.91) hue-rotate(180deg)" : "none";
    return [`color-scheme:${theme}`, `--mlp-picture:${picture}`, ...colors, ...scales].join(";");
  };
  const dashes = Object.entries(/** @type {Record<string, number[]>} */ (tokens.dashes))
    .filter(([, dash]) => dash.length)
    .map(([name, dash]) => `.mlp-live .mlp-line-${name}{stroke-dasharray:${dash.join(" ")}}`);
  const widths = Object.entries(/** @type {Record<string, number>} */ (tokens.line_widths)).map(
    ([name, width]) => `--mlp-width-${name}:${width}px`,
  );
  const roots = (/** @type {string} */ before) => `${before} :is(.mlp-lab,.mlp-quiz)`;
  const dark = [
    'html[data-theme="dark"]',
    '[data-jp-theme-light="false"]',
    "body.vscode-dark",
    "html[theme=dark]",
  ]
    .map(roots)
    .join(",");
  const system = roots(
    "html:not([data-theme],[theme]) body:not([data-jp-theme-light],.vscode-light,.vscode-dark)",
  );
  return [
    `.mlp-lab,.mlp-quiz{${declare("light")};${widths.join(";")}}`,
    `${dark}{${declare("dark")}}`,
    `@media (prefers-color-scheme:dark){${system}{${declare("dark")}}}`,
    ...dashes,
  ].join("\n");
}

/** @type {import("esbuild").Plugin} */
const tokens = {
  name: "tokens",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^tokens:css$/ }, ({ path }) => ({ path, namespace: "tokens" }));
    onLoad({ filter: /.*/, namespace: "tokens" }, () => ({ contents: tokenCss(), loader: "css" }));
  },
};

/** Packs onnxruntime's WebAssembly, unless the file is there with the same contents. */
function packRuntime() {
  const wasm = readFileSync(join(ort, "dist/ort-wasm-simd-threaded.wasm"));
  const target = join(out, "ort-wasm-simd-threaded.wasm.gz");
  if (existsSync(target) && gunzipSync(readFileSync(target)).equals(wasm)) return;
  writeFileSync(target, gzipSync(wasm, { level: 9 }));
}

/**
 * The licences of all packages of which something is in the built files.
 *
 * @param {string[]} inputs paths, relative to this folder
 * @returns {string}
 */
function licences(inputs) {
  const names = new Set(
    inputs
      .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
      .filter((name) => name !== undefined),
  );
  const parts = [...names].sort().map((name) => {
    const { version } = JSON.parse(
      readFileSync(join(here, "node_modules", name, "package.json"), "utf8"),
    );
    return `${name} ${version}\n\n${licenceOf(name).trim()}\n`;
  });
  const head = "The files of this folder hold parts of the following packages.";
  return `${head}\n\n${parts.join("\n----\n\n")}`;
}

/** onnxruntime's packages come without their licence's text. @param {string} name */
function licenceOf(name) {
  const own = join(here, "node_modules", name, "LICENSE");
  if (existsSync(own)) return readFileSync(own, "utf8");
  if (name.startsWith("onnxruntime"))
    return readFileSync(join(here, "licences/onnxruntime.txt"), "utf8");
  throw new Error(`${name}: no LICENSE in its package and none in licences/`);
}

mkdirSync(out, { recursive: true });
const { outputFiles, metafile } = await build({
  absWorkingDir: here,
  entryPoints: {
    mlpbook: "src/main.js",
    page: "src/page.js",
    worker: "src/engine/worker.js",
    styles: "src/styles/mlpbook.css",
  },
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2023", "chrome117", "firefox119", "safari17"],
  charset: "utf8",
  legalComments: "none",
  conditions: ["module", "browser"],
  plugins: [tokens],
  logLevel: "warning",
  metafile: true,
  write: false,
});
for (const file of outputFiles)
  writeFileSync(file.path.replace(/styles\.css$/, "mlpbook.css"), file.contents);
writeFileSync(join(out, "LICENSES.txt"), licences(Object.keys(metafile.inputs)));
packRuntime();
