// Run in a page before it is printed: nothing folded, nothing cut off, and what the book needs of it.
async ({ language, width }) => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const other = language === "zh" ? "en" : "zh-Hans";

  /** The text of a title in one language; a formula as its signs. */
  const words = (title) => {
    const copy = title.cloneNode(true);
    for (const part of all(`[lang="${other}"], .dot, .headerlink`, copy)) part.remove();
    for (const formula of all(".katex", copy)) {
      formula.replaceWith(formula.querySelector("semantics > :first-child")?.textContent ?? "");
    }
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  /** The answers of a quiz, behind its last question. */
  const answersLast = (quiz) => {
    const answers = document.createElement("ol");
    for (const fold of all("ol > li > details", quiz)) {
      fold.querySelector("summary").remove();
      const answer = document.createElement("li");
      answer.append(...fold.childNodes);
      answers.append(answer);
      fold.remove();
    }
    const title = document.createElement("p");
    title.innerHTML = `<strong>${language === "zh" ? "答案" : "Answers"}</strong>`;
    quiz.append(title, answers);
  };

  for (const quiz of all(".mlp-quiz")) answersLast(quiz);
  for (const fold of all("details")) fold.open = true;
  for (const picture of all("img")) picture.loading = "eager";
  document.querySelector("main").style.width = `${width}px`;
  await Promise.all(all("img").map((picture) => picture.decode().catch(() => {})));
  await document.fonts.ready;
  for (const wide of all(".math-scroll, .output table, table, main svg")) {
    const room = wide.parentElement.clientWidth;
    if (room && wide.scrollWidth > room) wide.style.zoom = room / wide.scrollWidth;
  }
  document.querySelector("main").style.width = "";

  // A PDF keeps the places that a link of its own page leads to, shown or not.
  const places = document.createElement("nav");
  places.hidden = true;
  for (const { id } of all("main [id]").filter((element) => !element.closest("svg"))) {
    const link = document.createElement("a");
    link.setAttribute("href", `#${id}`);
    places.append(link);
  }
  document.body.append(places);
  return all("main :is(h1, h2, h3)").filter((title) => title.getClientRects().length).map((title) => ({
    level: Number(title.localName[1]),
    title: words(title),
    anchor: (title.id ? title : title.closest("[id]"))?.id ?? "",
  }));
}
