// Search in both languages, without a server: looks for the words of a query in the texts themselves.
(() => {
  "use strict";
  const root = document.documentElement;
  const base = root.dataset.root;
  const say = (zh, en) => ({ zh, en, both: `${zh} · ${en}` })[root.dataset.language] ?? zh;
  const pair = (zh, en) => `<span lang="zh-Hans">${zh}</span><span class="dot"> · </span><span lang="en">${en}</span>`;
  const safe = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

  /** Lower case, full-width to half-width, -ize as -ise: the length of the text stays the same. */
  function plain(text) {
    return [...text].map((sign) => {
      const folded = sign.normalize("NFKC").toLowerCase();
      return folded.length === sign.length ? folded : sign;
    }).join("").replace(/iz(?=e|a|i)/g, "is");
  }

  /** The words of a query: runs of 汉字, and words of other scripts without a plural s. */
  function words(query) {
    const found = plain(query).match(/\p{Script=Han}+|[\p{L}\p{N}_.]+/gu) ?? [];
    return found.map((word) => (/^[a-z]{4,}s$/.test(word) && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word));
  }

  const isHan = (word) => /\p{Script=Han}/u.test(word);

  /** The letters of formulas that a keyboard lacks, by the names under which they are looked for. */
  const GREEK = {
    alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", kappa: "κ", lambda: "λ",
    mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", chi: "χ", psi: "ψ", omega: "ω",
  };

  /** Where a word stands in a text, as pairs of start and end: 汉字 and Greek letters anywhere, what is in other
   *  scripts where a word begins. */
  function places(text, word) {
    const found = [];
    for (const form of GREEK[word] ? [word, GREEK[word]] : [word]) {
      const anywhere = /[\p{Script=Han}\p{Script=Greek}]/u.test(form);
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length)) {
        if (anywhere || !at || !/[\p{Script=Latin}\p{N}_]/u.test(text[at - 1])) found.push([at, at + form.length]);
      }
    }
    return found;
  }

  const index = window.mlpbookIndex;
  const text = (name, shown) => ({ name, shown, plain: plain(shown) });
  /** The sections; the texts of a language join them when it is first needed. */
  const entries = index.sections.map((entry) => ({
    ...entry,
    heading: plain(entry.title.join(" ")),
    names: entry.title.map((title) => words(title.replace(/^[\d.]+ /, "")).join(" ")),
    texts: { all: text("all", entry.all) },
  }));

  /** Loads the texts of a language, once. */
  async function need(language) {
    await window.mlpbookLoad(`search-${language}.js`);
    entries.forEach((entry, at) => { entry.texts[language] ??= text(language, index[language][at]); });
  }

  /** The language in whose texts a word is looked for. */
  const languageOf = (word) => (isHan(word) ? "zh" : "en");

  /** A page and its sections come before what stands about them elsewhere. */
  const WEIGHTS = { page: 1.2, solution: 0.6, misconception: 0.3, term: 0.5 };
  /** A section treats at length what the lectures and sheets of questions go through once more. */
  const REVIEWS = /\/(lecture|recruit)_/;

  /** Points of an entry for some words, or 0 where one of them is missing. */
  function points(entry, wanted) {
    let sum = 0;
    for (const word of wanted) {
      const inHeading = places(entry.heading, word).length;
      const inText = [entry.texts.all, entry.texts[languageOf(word)]]
        .reduce((count, text) => count + Math.min(places(text.plain, word).length, 16), 0);
      if (!inHeading && !inText) return 0;
      sum += 12 * Math.min(inHeading, 2) + inText;
    }
    if (wanted.length > 1) {
      const phrase = new RegExp(wanted.map((word) => word.replaceAll(".", "\\.")).join("[\\s-]"));
      if (Object.values(entry.texts).some((text) => phrase.test(text.plain))) sum += 20;
      if (phrase.test(entry.heading)) sum += 30;
    }
    if ((entry.kind === "page" || entry.kind === "section") && entry.names.includes(wanted.join(" "))) sum += 20;
    return sum * (WEIGHTS[entry.kind] ?? 1) * (REVIEWS.test(entry.page) ? 0.5 : 1);
  }

  /** Pairs of neighbouring 汉字, for a run that occurs nowhere as a whole. */
  const pairsOf = (word) => (isHan(word) && word.length > 2 ? [...word].slice(1).map((sign, i) => word[i] + sign) : [word]);

  /** The house's word for one that the book does not use: 丢弃法 becomes 暂退法. */
  function preferred(query) {
    for (const [term, , avoided] of index.terms) {
      const word = avoided.find((other) => query.includes(other));
      if (word && !query.includes(term)) return query.replace(word, term);
    }
    return query;
  }

  /** The best entries for a query, best first. */
  async function find(query) {
    const wanted = words(preferred(query));
    if (!wanted.length) return [];
    const shown = root.dataset.language === "both" ? [] : [root.dataset.language]; // for the excerpts
    await Promise.all([...new Set([...wanted.map(languageOf), ...shown])].map(need));
    const rank = (list) => entries
      .map((entry) => ({ entry, points: points(entry, list) }))
      .filter((hit) => hit.points > 0)
      .sort((a, b) => b.points - a.points);
    let hits = rank(wanted);
    if (!hits.length) hits = rank(wanted.flatMap(pairsOf));
    return hits.slice(0, 20).map((hit) => ({ ...hit.entry, wanted }));
  }

  /** A line of text around the first place where a word of the query stands, with the words marked. */
  function excerpt(hit) {
    const order = hit.wanted.some(isHan) || root.dataset.language === "zh" ? ["zh", "all", "en"] : ["en", "all", "zh"];
    const texts = order.map((name) => hit.texts[name]).filter(Boolean);
    const text = texts.find((one) => hit.wanted.some((word) => places(one.plain, word).length)) ?? texts[0];
    const first = Math.min(...hit.wanted.flatMap((word) => places(text.plain, word)).flat(), text.shown.length);
    const from = Math.max(0, first === text.shown.length ? 0 : first - 40);
    const part = text.shown.slice(from, from + 150);
    const folded = text.plain.slice(from, from + 150);
    const marks = hit.wanted.flatMap((word) => places(folded, word)).sort((a, b) => a[0] - b[0]);
    let html = "", at = 0;
    for (const [start, end] of marks) {
      if (start < at) continue;
      html += `${safe(part.slice(at, start))}<mark>${safe(part.slice(start, end))}</mark>`;
      at = end;
    }
    const lang = { zh: ' data-lang="zh"', en: ' data-lang="en"' }[text.name] ?? "";
    return `<span class="hit-text"${lang}>${from ? "…" : ""}${html}${safe(part.slice(at))}…</span>`;
  }

  function item(hit) {
    const page = hit.page.split("/").at(-1);
    const whole = entries.find((entry) => entry.page === hit.page && !entry.anchor);
    const above = hit.anchor && whole ? `<span class="hit-page">${pair(...whole.title.map(safe))}</span>` : "";
    return `<li><a href="${base}${hit.page}.html${hit.anchor ? `#${hit.anchor}` : ""}" data-hit="${safe(page)}">` +
      `${above}<span class="hit-title">${pair(...hit.title.map(safe))}</span>${excerpt(hit)}</a></li>`;
  }

  /** Builds the search form inside an element. */
  function form(box) {
    box.innerHTML =
      `<label class="search-label" for="search-field">${pair("在全书中搜索", "Search the book")}</label>` +
      '<input id="search-field" type="search" autocomplete="off" spellcheck="false" enterkeyhint="search">' +
      '<p class="search-count" role="status" aria-live="polite"></p><ol class="hits"></ol>';
    const field = box.querySelector("input");
    const list = box.querySelector("ol");
    const count = box.querySelector(".search-count");
    const show = async () => {
      const asked = field.value;
      const hits = await find(asked);
      if (asked !== field.value) return; // the reader has typed on
      list.innerHTML = hits.map(item).join("");
      count.textContent = !words(field.value).length ? "" : hits.length
        ? say(`${hits.length}条结果`, `${hits.length} result${hits.length > 1 ? "s" : ""}`)
        : say("没有找到。换个词试试。", "Nothing found. Try another word.");
      if (box.hasAttribute("data-search-page")) {
        history.replaceState(null, "", field.value ? `?q=${encodeURIComponent(field.value)}` : location.pathname);
      }
    };
    const label = () => { field.placeholder = say("例如：隐藏层、dropout", "for example: hidden layer, 暂退法"); };
    label();
    field.addEventListener("input", show);
    document.addEventListener("mlpbook:language", () => { label(); show(); });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [field, ...list.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { next.focus(); event.preventDefault(); }
    });
    return { field, show };
  }

  /** Opens the search over the page. */
  function open() {
    let dialog = document.querySelector("dialog.search-dialog");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "search search-dialog";
      dialog.innerHTML = '<div class="search"></div>';
      document.body.append(dialog);
      form(dialog.firstElementChild);
      dialog.addEventListener("click", (event) => {
        if (event.target === dialog || event.target.closest("a")) dialog.close();
      });
    }
    dialog.setAttribute("aria-label", say("搜索", "Search"));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("input").select();
  }

  window.mlpbookSearch = { open, find };
  const page = document.querySelector("[data-search-page]");
  if (page) {
    const { field, show } = form(page);
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    show();
    field.focus();
  }
})();
