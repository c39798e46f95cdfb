/**
 * A grid of images with what the network calls them; mistakes are marked by a cross and by words.
 */

import { h } from "../base/dom.js";
import { both, join } from "../base/text.js";
import { color, rgb } from "../base/theme.js";
import { words } from "../base/words.js";

/** @typedef {import("../types.js").ImagesChart} ImagesChart */
/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../run/record.js").Run} Run */

const text = {
  score: (/** @type {number} */ right, /** @type {number} */ of) => ({
    zh: `${of}张对${right}张`,
    en: `${right} of ${of} right`,
  }),
  right: { zh: "对", en: "right" },
  wrong: { zh: "错", en: "wrong" },
};

/**
 * @param {ImagesChart} chart
 * @param {import("../base/scope.js").Scope} scope
 */
export function imagesChart(chart, scope) {
  /** @type {Arrays} */
  let arrays = {};
  const score = h("span", { class: "mlp-score" });
  const list = h("ul", { class: "mlp-images", role: "list" });
  const el = h(
    "div",
    { class: "mlp-chart mlp-chart-images", "data-chart": chart.name },
    h(
      "div",
      { class: "mlp-chart-head" },
      h("p", { class: "mlp-chart-title" }, both(chart.title)),
      score,
    ),
    list,
  );
  /** @type {{ el: HTMLLIElement, canvas: HTMLCanvasElement, caption: HTMLElement }[]} */
  let cells = [];

  /** @param {number} count */
  function arrange(count) {
    if (cells.length === count) return;
    cells = Array.from({ length: count }, () => {
      const canvas = h("canvas", { width: 28, height: 28, "aria-hidden": "true" });
      const caption = h("span", { class: "mlp-image-caption" });
      return { el: h("li", { class: "mlp-image" }, canvas, caption), canvas, caption };
    });
    list.replaceChildren(...cells.map((cell) => cell.el));
  }

  function drawPixels() {
    const { pixels } = arrays;
    if (!pixels) return;
    const [, height, width] = pixels.shape;
    const ink = rgb(color(el, "text"));
    cells.forEach(({ canvas }, i) => paint(canvas, pixels, i * height * width, width, height, ink));
  }

  function draw() {
    const { pixels, labels, predictions, confidence } = arrays;
    if (!labels || !predictions) return;
    const count = Math.min(chart.count, labels.data.length, pixels?.shape[0] ?? Infinity);
    arrange(count);
    drawPixels();
    let right = 0;
    cells.forEach((cell, i) => {
      const ok = Number(labels.data[i]) === Number(predictions.data[i]);
      right += ok ? 1 : 0;
      cell.el.classList.toggle("is-wrong", !ok);
      cell.caption.replaceChildren(
        ...caption(ok, Number(labels.data[i]), Number(predictions.data[i])),
      );
      cell.el.title = confidence ? `${(100 * confidence.data[i]).toFixed(0)}%` : "";
    });
    score.replaceChildren(...both(text.score(right, count)));
  }

  /** @param {boolean} ok @param {number} label @param {number} prediction */
  function caption(ok, label, prediction) {
    const sign = h("span", { class: "mlp-verdict", "aria-hidden": "true" }, ok ? "✓" : "✗");
    const verdict = h("span", { class: "mlp-sr" }, both(ok ? text.right : text.wrong), " ");
    const called = h(
      "span",
      { class: "mlp-called" },
      sign,
      verdict,
      both(chart.classes[prediction]),
    );
    const truth = h(
      "span",
      { class: "mlp-truth" },
      both(join([words.truth, chart.classes[label]])),
    );
    return ok ? [called] : [called, " ", truth];
  }

  scope.onTheme(drawPixels);
  return {
    el,
    /** @param {{ run: Run | null }} next */
    update({ run }) {
      if (run?.arrays === arrays) return;
      arrays = run?.arrays ?? arrays;
      draw();
    },
  };
}

/**
 * Draws an image as ink on the page's own ground: dark on light, light on dark.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import("../types.js").ArrayData} pixels 0 to 255
 * @param {number} offset
 * @param {number} width
 * @param {number} height
 * @param {[number, number, number]} ink
 */
function paint(canvas, pixels, offset, width, height, [r, g, b]) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(width, height);
  const unit = pixels.dtype.startsWith("float") ? 255 : 1;
  for (let i = 0; i < width * height; i += 1) {
    image.data.set([r, g, b, unit * pixels.data[offset + i]], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
