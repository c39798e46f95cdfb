// Behaviour of every page: language, theme, copying, the outline, keyboard. No library, no build.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const say = (zh, en) => ({ zh, en, both: `${zh} · ${en}` })[root.dataset.language] ?? `${zh} · ${en}`;
  const keep = (name, value) => {
    try { localStorage.setItem(`mlpbook:${name}`, value); } catch { /* a private window keeps nothing */ }
  };
  /** Puts off what a reader does not see at once: on a phone each piece of it would hold up the first touch. */
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50));
  const announce = (text) => { one(".live").textContent = text; };

  // ---- language -------------------------------------------------------------------------------
  const DRAWN_AROUND = 200; // pixels above and below the screen; browsers draw some 150
  const READABLE = 60; // pixels of a block that a reader can still be looking at
  const fullTitle = document.title;

  /** "中文 · English | 书名 · Book" in one language. */
  function titleIn(language) {
    if (language === "both") return fullTitle;
    return fullTitle.split(" | ").map((part) => {
      const [zh, en] = part.split(" · ");
      return en === undefined ? part : language === "zh" ? zh : en;
    }).join(" | ");
  }

  /** The block by which to keep the reader's place: the first on the screen that stands there in every language, else
   *  the first text that begins on it, else the text that fills it; `share` is how much of it has gone by. */
  function place() {
    const top = one(".bar").offsetHeight + 1;
    let gone = null; // within a block that has gone by nothing is asked: it would be laid out for the answer
    let text = null;
    for (const element of all("main :is(h1, h2, h3, h4, div[lang], .cell, .math-block, .block-title, tr, dt)")) {
      if (gone?.contains(element) || !element.checkVisibility()) continue;
      const box = element.getBoundingClientRect();
      if (box.bottom <= top) {
        gone = element;
        continue;
      }
      if (box.top > innerHeight * 0.6) break;
      const begins = box.top >= top;
      const found = { element, share: begins ? 0 : (top - box.top) / box.height, offset: begins ? box.top : top };
      if (!element.lang && box.bottom > top + READABLE) return found;
      if (begins ? !text || text.share : !text) text = found;
    }
    return text;
  }

  /** The twin of a block in the other language, for a block that has just been hidden. */
  function shown(element) {
    if (element.checkVisibility()) return element;
    const twin = [element.nextElementSibling, element.previousElementSibling]
      .find((other) => other?.lang && other.lang !== element.lang && other.checkVisibility());
    return twin ?? element.closest("section") ?? element;
  }

  /** Lays out the blocks on the screen and a little around it at once. A block away from the screen has an estimated
   *  height (30-text.css), and so has one that has just been shown, until the next frame. */
  function drawNear() {
    const near = [];
    for (const block of all("main section > *")) {
      const box = block.getBoundingClientRect();
      if (box.bottom < -DRAWN_AROUND || !box.height) continue;
      if (box.top > innerHeight + DRAWN_AROUND) break;
      block.style.contentVisibility = "visible";
      near.push(block);
    }
    return near;
  }

  /** Brings a block back to where it stood before its surroundings changed. */
  function restore({ element, share, offset }) {
    const drawn = new Set();
    for (let round = 0; round < 3; round += 1) { // what is drawn above the block moves it again
      const box = shown(element).getBoundingClientRect();
      window.scrollBy({ top: box.top + share * box.height - offset, behavior: "instant" });
      for (const block of drawNear()) drawn.add(block);
    }
    requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const block of drawn) block.style.contentVisibility = "";
    }));
  }

  function setLanguage(language, first = false) {
    // The first time nothing has been read yet, and asking for a position would lay the page out.
    const before = !first && window.scrollY > 0 ? place() : null;
    root.style.overflowAnchor = "none"; // the browser's own anchoring would count the change a second time
    root.dataset.language = language;
    root.lang = language === "en" ? "en" : "zh-Hans";
    document.title = titleIn(language);
    for (const button of all("[data-set-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setLanguage === language));
    }
    for (const image of all("img[alt*=' · ']:not([data-alt])")) image.dataset.alt = image.alt;
    for (const image of all("img[data-alt]")) {
      const [zh, en] = image.dataset.alt.split(" · ");
      image.alt = say(zh, en);
    }
    document.dispatchEvent(new CustomEvent("mlpbook:language", { detail: { language } }));
    if (before) restore(before);
    root.style.overflowAnchor = "";
  }

  const languages = one(".languages");
  languages.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-language]");
    if (!button) return;
    keep("language", button.dataset.setLanguage);
    setLanguage(button.dataset.setLanguage);
  });
  setLanguage(root.dataset.language, true);

  // ---- theme ----------------------------------------------------------------------------------
  const themeButton = one(".bar-theme");
  function setTheme(theme) {
    root.dataset.theme = theme;
    themeButton.setAttribute("aria-pressed", String(theme === "dark"));
    document.dispatchEvent(new CustomEvent("mlpbook:theme", { detail: { theme } }));
  }
  themeButton.addEventListener("click", () => {
    setTheme(root.dataset.theme === "dark" ? "light" : "dark");
    keep("theme", root.dataset.theme);
  });
  setTheme(root.dataset.theme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    let kept = null;
    try { kept = localStorage.getItem("mlpbook:theme"); } catch { /* nothing kept */ }
    if (!kept) setTheme(event.matches ? "dark" : "light");
  });

  // ---- names of what shows an icon alone on a phone; elsewhere its own words are its name -----------
  const labels = [
    [".bar-menu", "目录", "Contents"],
    [".bar-search", "搜索", "Search"],
    [".bar-theme", "深色主题", "Dark theme"],
    [".bar-teach", "讲课模式", "Teach mode"],
  ];
  function label() {
    for (const [selector, zh, en] of labels) {
      one(selector)?.setAttribute("title", say(zh, en));
    }
  }
  label();
  document.addEventListener("mlpbook:language", label);

  // ---- a citation names the address at which the page was read ---------------------------------------
  const cited = one(".cite pre");
  if (cited && /^https?:/.test(location.protocol)) {
    cited.textContent = cited.textContent.replace(/,\n {2}note/, `,\n  url       = {${location.origin}${location.pathname}},\n  note`);
  }

  // ---- copying ----------------------------------------------------------------------------------
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "copy";
  copy.innerHTML = '<span lang="zh-Hans">复制</span><span class="dot"> · </span><span lang="en">Copy</span>';
  function offerCopy(block) {
    const button = copy.cloneNode(true);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(one("pre", block).innerText.replace(/\n$/, ""));
      announce(say("代码已复制", "Code copied"));
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1500);
    });
    block.append(button);
  }
  idle(() => all(".highlight").filter((block) => !block.closest(".cell_output")).forEach(offerCopy));

  /** A copied formula becomes its LaTeX. */
  document.addEventListener("copy", (event) => {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const outer = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".katex");
    if (outer(range.startContainer)) range.setStartBefore(outer(range.startContainer));
    if (outer(range.endContainer)) range.setEndAfter(outer(range.endContainer));
    const part = range.cloneContents();
    const formulas = all(".katex", part);
    if (!formulas.length) return;
    for (const formula of formulas) {
      const tex = one("annotation", formula)?.textContent ?? formula.textContent;
      const display = formula.parentElement?.closest(".katex-display");
      (display ?? formula).replaceWith(display ? `$$${tex}$$` : `$${tex}$`);
    }
    const box = document.createElement("div");
    box.append(part);
    event.clipboardData.setData("text/plain", box.textContent.replaceAll("\u2060", "").trim());
    event.preventDefault();
  });

  // ---- what blocks away from the screen are like ------------------------------------------------------
  // They are not laid out (30-text.css). Each is asked once, in moments when nothing else is to be done, how tall it
  // is, so that the page has its length, and which boxes in it scroll by themselves, to be reached by keyboard.
  const SCROLLERS = "pre, .math-scroll, .table-scroll, .output.text_html, .contents, .outline";
  const BLOCKS = "main section > :is(div[lang], .math-block, .cell:not(.tag_lab))";
  const asked = [...all(BLOCKS), ...all(SCROLLERS).filter((box) => !box.closest(BLOCKS))];
  const scrolls = (box) => box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;

  /** What a box is to be told: whether the Tab key stops at it. */
  const reach = (box) => {
    const stop = scrolls(box);
    return () => { if (stop) box.tabIndex = 0; else box.removeAttribute("tabindex"); };
  };

  /** What a block is to be told: the height of what is in it. */
  function extend(block) {
    const top = block.getBoundingClientRect().top;
    const height = Math.max(...[...block.children].map((child) => child.getBoundingClientRect().bottom)) - top;
    return () => { if (height > 0) block.style.containIntrinsicBlockSize = `auto ${Math.ceil(height)}px`; };
  }

  let round = 0;
  function ask() {
    const own = round += 1;
    root.classList.remove("asked");
    const left = asked.filter((box) => box.checkVisibility());
    const tellings = []; // all are asked before any is told: each telling lays the page out anew
    idle(function next(deadline) {
      if (own !== round) return; // asked anew meanwhile
      while (left.length) {
        const box = left.shift();
        tellings.push(...(box.matches(BLOCKS) ? [extend(box), ...all(SCROLLERS, box).map(reach)] : [reach(box)]));
        if (left.length && deadline.timeRemaining() < 4) return void idle(next);
      }
      for (const tell of tellings) tell();
      root.classList.add("asked");
    });
  }
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => { // told at the start as well, after the layout
    if (contentRect.width !== width) ask();
    width = contentRect.width;
  }).observe(document.body);
  document.addEventListener("mlpbook:language", ask);
  document.addEventListener("toggle", (event) => { // what has just been opened is on the screen
    for (const tell of all(SCROLLERS, event.target).map(reach)) tell();
  }, true);

  // ---- a target inside a fold opens it ----------------------------------------------------------
  function unfold() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  // ---- the outline follows the reader --------------------------------------------------------------
  const entries = new Map(all(".outline a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  if (entries.size) {
    const sections = [...entries.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    const follow = () => {
      const above = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
      const current = above.at(-1);
      for (const [id, link] of entries) {
        if (id === current?.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    let waiting = false;
    document.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; follow(); });
    }, { passive: true });
    new ResizeObserver(follow).observe(document.body);
  }

  // ---- search and teach mode arrive when they are asked for -------------------------------------------
  const versionOf = new URL(one('script[src*="book.js"]').src).search;
  const loading = new Map();

  /** Loads a script of the site once. */
  function load(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${root.dataset.root}_static/${name}${versionOf}`;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`cannot load ${name}`));
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  window.mlpbookLoad = load;
  async function openSearch() {
    await load("search-index.js");
    await load("search.js");
    window.mlpbookSearch.open();
  }
  one(".bar-search").addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || one("[data-search-page]")) return;
    event.preventDefault();
    openSearch();
  });
  if (one("[data-search-page]")) load("search-index.js").then(() => load("search.js"));

  async function teach() {
    await load("teach.js");
    window.mlpbookTeach.toggle();
  }
  const teachButton = one(".bar-teach");
  if (teachButton) {
    teachButton.addEventListener("click", teach);
    if (/[?&]teach\b/.test(location.search)) teach();
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    if (typing || event.altKey) return;
    if (event.key === "/" || ((event.ctrlKey || event.metaKey) && event.key === "k")) {
      event.preventDefault();
      openSearch();
    } else if (event.key === "t" && teachButton && !event.ctrlKey && !event.metaKey) {
      teach();
    }
  });

  // ---- progress, kept in this browser alone ----------------------------------------------------------
  const kept = (name) => {
    try { return localStorage.getItem(`mlpbook:${name}`); } catch { return null; }
  };
  const ticks = all(".block .done");
  /** How many of the page's exercises and tasks are done, once there is one. */
  function count() {
    const solved = one(".meta-solved");
    if (!solved) return;
    const done = ticks.filter((button) => button.getAttribute("aria-pressed") === "true").length;
    solved.hidden = !done;
    one("span", solved).textContent = say(`做完${done}/${ticks.length}`, `${done} of ${ticks.length} done`);
  }
  document.addEventListener("mlpbook:language", count);
  for (const button of ticks) {
    const name = `done:${button.closest(".block").id}`;
    const set = (done) => button.setAttribute("aria-pressed", String(done));
    set(kept(name) === "1");
    button.addEventListener("click", () => {
      const done = button.getAttribute("aria-pressed") !== "true";
      set(done);
      keep(name, done ? "1" : "");
      count();
    });
  }
  count();
  for (const item of all("[data-exercise]")) if (kept(`done:${item.dataset.exercise}`) === "1") item.dataset.done = "";
  for (const link of all("[data-page]")) if (kept(`read:${link.dataset.page}`) === "1") link.dataset.read = "";
  const end = one(".turn");
  if (end) {
    new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting) && scrollY > 0) keep(`read:${one("article").dataset.pagename}`, "1");
    }).observe(end);
  }

  // ---- a figure opens large ---------------------------------------------------------------------
  function offerZoom(image) {
    const enlarge = () => {
      const dialog = document.createElement("dialog");
      dialog.className = "zoom";
      dialog.setAttribute("aria-label", image.alt);
      dialog.append(image.cloneNode());
      dialog.addEventListener("click", () => dialog.close());
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    };
    image.tabIndex = 0;
    image.setAttribute("role", "button");
    image.classList.add("zoomable");
    image.addEventListener("click", enlarge);
    image.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      enlarge();
    });
  }
  idle(() => all(".cell_output > img, .cell_output figure > img").forEach(offerZoom));

  // ---- full screen ------------------------------------------------------------------------------
  for (const button of all(".meta-screen")) {
    button.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen();
    });
  }
})();
