/** Start, Pin; what is loaded, what is pinned; and for ears what the charts show now. */

import { h, setAttributes, show } from "../base/dom.js";
import { both, join, same } from "../base/text.js";
import { words } from "../base/words.js";
import { oneText } from "./runs.js";
import { loadingText } from "./toolbar.js";

/** @typedef {import("../types.js").Text} Text */
/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {import("../run/redraw.js").Phase} Phase */

/**
 * @param {import("../types.js").ControlSpec[]} controls
 * @param {{ onStart: () => void, onPin: () => void, onUnpin: () => void, note: Text }} options
 * @param {import("../base/scope.js").Scope} scope
 */
export function pinBar(controls, { onStart, onPin, onUnpin, note }, scope) {
  /** @param {string} action @param {Text} text @param {() => void} onclick */
  const make = (action, text, onclick) => {
    const attributes = { type: "button", class: "mlp-button", "data-action": action, onclick };
    return h("button", attributes, both(text));
  };
  const start = make("start", words.start, onStart);
  start.classList.add("mlp-button-primary");
  const pin = make("pin", words.pin, onPin);
  scope.attribute(pin, "title", words.pinHelp);
  const unpin = make("unpin", words.unpin, onUnpin);
  const about = h("p", { class: "mlp-counter" });
  const status = h("p", { class: "mlp-status" }, both(note));
  const ears = h("p", { class: "mlp-sr", role: "status", "aria-live": "polite" });
  const bar = h("progress", { class: "mlp-progress", max: 1, value: 0, hidden: true });
  const el = h(
    "div",
    { class: "mlp-toolbar" },
    h("div", { class: "mlp-buttons" }, start, pin, unpin),
    h("div", { class: "mlp-readout" }, about, status, ears),
    bar,
  );

  /**
   * The settings in which the pinned curves differ from the present ones.
   *
   * @param {Settings} pinned
   * @param {Settings} now
   */
  function difference(pinned, now) {
    const differing = controls.filter(({ name }) => pinned[name] !== now[name]);
    const texts = differing.map((control) =>
      join([control.label, oneText(control, pinned[control.name])], same(" ")),
    );
    return texts.length ? join(texts, { zh: "，", en: ", " }) : words.pinnedSame;
  }

  return {
    el,

    /** @param {Phase} phase */
    setPhase(phase) {
      const live = phase === "ready" || phase === "computing";
      show(start, !live);
      show(pin, live);
      setAttributes(start, { disabled: phase === "loading" });
      show(bar, phase === "loading");
      if (phase === "loading") {
        bar.removeAttribute("value");
        this.say(words.loading);
        about.replaceChildren(...both(words.loading));
      } else if (live || phase === "failed") {
        about.replaceChildren();
      }
    },

    /** @param {import("../types.js").Progress} progress */
    setLoading(progress) {
      about.replaceChildren(...both(loadingText(progress)));
      if (progress.total) bar.value = Math.min(progress.loaded / progress.total, 1);
    },

    /** @param {Settings | null} pinned @param {Settings} now */
    setPinned(pinned, now) {
      show(unpin, pinned !== null);
      if (pinned) {
        const text = join([words.pinned, difference(pinned, now)], { zh: "：", en: ": " });
        status.replaceChildren(...both(text));
      } else {
        status.replaceChildren(...both(note));
      }
    },

    /** What is heard, and not seen. @param {Text} text */
    say: (text) => ears.replaceChildren(...both(text)),

    /** What is seen and heard. @param {Text} text */
    announce(text) {
      status.replaceChildren(...both(text));
      this.say(text);
    },
  };
}
