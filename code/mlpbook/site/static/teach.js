// Teach mode: the page as full-screen steps. The page's own elements are shown or hidden, never copied,
// so labs keep running and nothing is lost on the way back.
(() => {
  "use strict";
  const root = document.documentElement;
  const article = document.querySelector(".text");
  const say = (zh, en) => ({ zh, en, both: `${zh} · ${en}` })[root.dataset.language] ?? zh;
  let steps = [];
  let current = -1;
  let bar = null;

  const isHeading = (node) => /^H[1-4]$/.test(node.tagName);
  const isLanguage = (node) => node.tagName === "DIV" && node.lang !== "";
  /** Things that fill a step of their own, together with the text that leads to them. */
  const stands = (node) => node.matches(
    ".cell, .math-block, figure, .block, .table-scroll, .map, .doors, .mlp-lab, .mlp-quiz, .exercises, .terms",
  );

  /** The page's blocks in reading order, with sections opened up. */
  function blocks(parent) {
    return [...parent.children].flatMap((node) => {
      if (node.matches("section")) return blocks(node);
      if (node.matches("script, .page-meta, .anchor, span")) return [];
      return [node];
    });
  }

  const isPicture = (node) => node?.matches(".cell") && node.querySelector(":scope > .cell_output > img");
  /** Whether a text is the caption of the picture in front of it. */
  const isCaption = (node, before) => isLanguage(node) && isPicture(before) && node.querySelector(":scope > p.figure-caption");

  /** Groups the blocks into steps: a heading with its first words, then one thing at a time. */
  function gather() {
    const found = [];
    let step = null;
    let full = true;
    for (const block of blocks(article)) {
      const before = step?.at(-1);
      const twin = isLanguage(block) && before && isLanguage(before) && before.lang !== block.lang;
      const belongs = twin || isCaption(block, before) || block.matches(".block-solution");
      const alone = block.matches(".block, .tag_lab, .tag_quiz") && !(step?.length === 1 && isHeading(before));
      if (!step || isHeading(block) || (!belongs && (full || alone))) {
        step = [];
        found.push(step);
        full = false;
      }
      step.push(block);
      if (stands(block) || (isLanguage(block) && !twin && step.length > 2)) full = true;
    }
    return found.flatMap(byQuestion);
  }

  /** A quiz is a step for each question; `part` says which. The questions are looked up when they show, since the
   *  quiz may have drawn them anew. */
  function byQuestion(step) {
    const questions = questionsOf(step).length;
    return questions < 2 ? [step] : Array.from({ length: questions }, (_, part) => Object.assign([...step], { part }));
  }
  const questionsOf = (step) => step.flatMap((block) => [...block.querySelectorAll(".mlp-quiz .mlp-question")]);

  /** Makes the type smaller until a step fits the screen, down to two thirds; the rest scrolls. */
  function fit() {
    root.style.fontSize = "";
    const lab = steps[current]?.map((block) => block.querySelector(".mlp-lab")).find(Boolean);
    if (lab) {
      lab.style.zoom = "";
      const rest = root.scrollHeight - lab.offsetHeight;
      const share = Math.max(0.68, Math.min(1, (innerHeight - rest - 14) / lab.offsetHeight));
      lab.style.zoom = share < 1 ? String(share) : "";
      return;
    }
    const size = parseFloat(getComputedStyle(root).fontSize);
    for (const share of [0.92, 0.84, 0.76, 0.68]) {
      if (root.scrollHeight <= innerHeight + 1) return;
      root.style.fontSize = `${size * share}px`;
    }
  }

  /** One press of a clicker: first to the end of the step, then on; backwards likewise. */
  function go(direction) {
    const room = direction > 0 ? root.scrollHeight - innerHeight - scrollY : scrollY;
    if (room > 4) window.scrollBy({ top: direction * innerHeight * 0.8, behavior: "instant" });
    else show(current + direction);
  }

  /** Marks what the current step shows; the elements above it on the tree must show too. */
  function show(index) {
    current = Math.max(0, Math.min(index, steps.length - 1));
    for (const shown of article.querySelectorAll(".teach-shown")) shown.classList.remove("teach-shown");
    for (const block of steps[current]) {
      for (let node = block; node !== article; node = node.parentElement) node.classList.add("teach-shown");
    }
    questionsOf(steps[current]).forEach((question, at) => question.classList.toggle("teach-asked", at === steps[current].part));
    article.classList.toggle("teach-wide", steps[current].some((block) => block.querySelector(".mlp-lab")));
    const heading = steps.slice(0, current + 1).flat().filter(isHeading).at(-1);
    const own = steps[current].some(isHeading);
    bar.querySelector(".teach-where").innerHTML = own || !heading ? "" : heading.innerHTML.replace(/<a class="headerlink.*?<\/a>/, "");
    bar.querySelector(".teach-count").textContent = `${current + 1} / ${steps.length}`;
    bar.querySelector(".teach-progress").style.inlineSize = `${(100 * (current + 1)) / steps.length}%`;
    const address = new URL(location.href);
    address.searchParams.set("teach", String(current + 1));
    history.replaceState(null, "", address);
    window.scrollTo({ top: 0, behavior: "instant" });
    fit();
    for (const image of article.querySelectorAll("img.teach-shown, .teach-shown img")) {
      if (!image.complete) image.addEventListener("load", fit, { once: true });
    }
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
    const onControl = event.target.closest?.("button, summary, a, [role=button], [role=slider]");
    const moves = { ArrowRight: 1, ArrowLeft: -1 };
    const presses = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 };
    if (event.key === "Escape") leave();
    else if (event.key in moves) { show(current + moves[event.key]); event.preventDefault(); }
    else if (event.key in presses) { go(presses[event.key]); event.preventDefault(); }
    else if (event.key === " " && !onControl) { go(event.shiftKey ? -1 : 1); event.preventDefault(); }
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(steps.length - 1);
  }

  function onFullscreen() {
    if (!document.fullscreenElement && root.classList.contains("was-fullscreen")) leave();
    root.classList.toggle("was-fullscreen", Boolean(document.fullscreenElement));
  }

  /** The bar at the foot: where we are, back, on, out. */
  function makeBar() {
    const made = document.createElement("div");
    made.className = "teach-bar";
    made.setAttribute("role", "group");
    made.innerHTML =
      '<span class="teach-progress"></span><span class="teach-where"></span>' +
      '<button type="button" class="teach-back">←</button><span class="teach-count" role="status"></span>' +
      '<button type="button" class="teach-on">→</button><button type="button" class="teach-out">Esc</button>';
    made.querySelector(".teach-back").addEventListener("click", () => show(current - 1));
    made.querySelector(".teach-on").addEventListener("click", () => show(current + 1));
    made.querySelector(".teach-out").addEventListener("click", leave);
    return made;
  }

  function labelBar() {
    if (!bar) return;
    bar.setAttribute("aria-label", say("讲课模式", "Teach mode"));
    bar.querySelector(".teach-back").setAttribute("aria-label", say("上一步", "Previous step"));
    bar.querySelector(".teach-on").setAttribute("aria-label", say("下一步", "Next step"));
    bar.querySelector(".teach-out").setAttribute("aria-label", say("退出讲课模式", "Leave teach mode"));
  }

  /** The step that holds what the reader was looking at. */
  function stepInView() {
    const at = steps.findIndex((step) => step.some((block) => block.getBoundingClientRect().bottom > 80));
    return at < 0 ? 0 : at;
  }

  function enter() {
    steps = gather();
    const asked = Number(new URLSearchParams(location.search).get("teach"));
    const first = asked > 0 ? asked - 1 : stepInView();
    root.classList.add("teaching");
    bar = makeBar();
    document.body.append(bar);
    labelBar();
    show(first);
    document.addEventListener("keydown", onKey);
    document.addEventListener("fullscreenchange", onFullscreen);
    root.requestFullscreen?.().catch(() => { /* without full screen the steps work as well */ });
  }

  function leave() {
    const here = steps[current]?.[0];
    root.classList.remove("teaching", "was-fullscreen");
    root.style.fontSize = "";
    for (const lab of article.querySelectorAll(".mlp-lab")) lab.style.zoom = "";
    bar?.remove();
    bar = null;
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("fullscreenchange", onFullscreen);
    if (document.fullscreenElement) document.exitFullscreen();
    const address = new URL(location.href);
    address.searchParams.delete("teach");
    history.replaceState(null, "", address);
    here?.scrollIntoView();
    window.dispatchEvent(new Event("resize"));
  }

  document.addEventListener("mlpbook:language", () => { labelBar(); if (bar) fit(); });
  window.addEventListener("resize", () => { if (bar) fit(); });
  window.mlpbookTeach = { toggle: () => (root.classList.contains("teaching") ? leave() : enter()) };
})();
