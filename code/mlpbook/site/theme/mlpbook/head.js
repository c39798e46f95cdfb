(function (root, store) {
  function kept(name, allowed) {
    try { var value = store.getItem("mlpbook:" + name); return allowed.indexOf(value) < 0 ? null : value; }
    catch (error) { return null; }
  }
  var asked = /[?&]lang=(zh|en|both)\b/.exec(location.search);
  var own = (navigator.languages || [navigator.language || ""])[0];
  var language = (asked && asked[1]) || kept("language", ["zh", "en", "both"]) || (/^zh/i.test(own) ? "zh" : "en");
  var theme = kept("theme", ["light", "dark"]);
  root.dataset.language = language;
  root.lang = language === "en" ? "en" : "zh-Hans";
  root.dataset.theme = theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.classList.add("scripted");
  root.classList.toggle("screenless", !document.fullscreenEnabled);
})(document.documentElement, (function () { try { return localStorage; } catch (error) { return null; } })());
