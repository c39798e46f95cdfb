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
  const announce = (text) => { one(".live").textContent = text; };

  // ---- language -------------------------------------------------------------------------------
  const fullTitle = document.title;

  /** "中文 · English | 书名 · Book" in one language. */
  function titleIn(language) {
    if (language === "both") return fullTitle;
    return fullTitle.split(" | ").map((part) => {
      const [zh, en] = part.split(" · ");
      return en === undefined ? part : language === "zh" ? zh : en;
    }).join(" | ");
  }

  /** The block that the reader looks at, and where it stands: the first that begins on the screen, else
   *  the one that fills it, with the share of it that has gone by. */
  function place() {
    const top = one(".bar").offsetHeight + 1;
    let filling = null;
    for (const element of all("main :is(h1, h2, h3, h4, div[lang], .cell, .math-block, .block-title, tr, dt)")) {
      if (!element.checkVisibility()) continue;
      const box = element.getBoundingClientRect();
      if (box.bottom <= top) continue;
      if (box.top > innerHeight * 0.6) break;
      if (box.top >= top) return { element, share: 0, offset: box.top };
      filling = { element, share: (top - box.top) / box.height, offset: top };
    }
    return filling;
  }

  /** The twin of a block in the other language, for a block that has just been hidden. */
  function shown(element) {
    if (element.checkVisibility()) return element;
    const twin = [element.nextElementSibling, element.previousElementSibling]
      .find((other) => other?.lang && other.lang !== element.lang && other.checkVisibility());
    return twin ?? element.closest("section") ?? element;
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
    if (before) {
      const box = shown(before.element).getBoundingClientRect();
      window.scrollBy({ top: box.top + before.share * box.height - before.offset, behavior: "instant" });
    }
    requestAnimationFrame(() => requestAnimationFrame(() => { root.style.overflowAnchor = ""; }));
  }

  const languages = one(".languages");
  languages.hidden = false;
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
  themeButton.hidden = false;
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
  for (const block of all(".highlight")) {
    if (block.closest(".cell_output")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.innerHTML = '<span lang="zh-Hans">复制</span><span class="dot"> · </span><span lang="en">Copy</span>';
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(one("pre", block).innerText.replace(/\n$/, ""));
      announce(say("代码已复制", "Code copied"));
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1500);
    });
    block.append(button);
  }

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

  // ---- what scrolls by itself can be reached by keyboard -------------------------------------------
  const scrollers = all("pre, .math-scroll, .table-scroll, .output.text_html, .contents, .outline");
  function reachable() {
    // All is read before anything is written, else each box would be laid out anew.
    const scrolls = scrollers.map((box) =>
      box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1);
    scrollers.forEach((box, at) => {
      if (scrolls[at] === box.hasAttribute("tabindex")) return;
      if (scrolls[at]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  new ResizeObserver(reachable).observe(document.body); // told at the start as well, after the layout
  document.addEventListener("mlpbook:language", reachable);
  document.addEventListener("toggle", reachable, true);

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
    teachButton.hidden = false;
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
    button.hidden = false;
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
  for (const image of all(".cell_output > img, .cell_output figure > img")) {
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

  // ---- full screen ------------------------------------------------------------------------------
  for (const button of all(".meta-screen")) {
    button.hidden = !document.fullscreenEnabled;
    button.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen();
    });
  }
})();
