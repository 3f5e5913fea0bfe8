// Light or dark before the first paint. A choice is kept on this screen; without one the page follows the system.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("fe-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("fe-theme", theme); } catch { /* a private window keeps nothing */ } };
  const apply = () => { root.dataset.theme = chosen() || (dark.matches ? "dark" : "light"); };

  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", (event) => { if (event.key === "fe-theme") apply(); });
  // pictures drawn by script read the tokens: paper gets the light ones
  addEventListener("beforeprint", () => { root.dataset.theme = "light"; });
  addEventListener("afterprint", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    keep(root.dataset.theme);
  });
})();
