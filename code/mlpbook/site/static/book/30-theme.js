// Theme: dark or light; and the names of buttons that show an icon alone on a phone.
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
  if (!kept("theme")) setTheme(event.matches ? "dark" : "light");
});

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
