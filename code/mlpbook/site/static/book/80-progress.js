// Progress: what has been read and done, kept in this browser alone.
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
