"use strict";
// What all pages do; the page's own script follows in the same element.
(() => {
  const root = document.documentElement;

  const THEMES = ["auto", "light", "dark"];
  const theme = document.getElementById("theme");
  const setTheme = (name) => {
    if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name;
    theme.textContent = theme.dataset[name];
  };
  const remembered = () => {
    try { return localStorage.getItem("openclause-theme"); } catch { return null; }
  };
  theme.addEventListener("click", () => {
    const name = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
    setTheme(name);
    try { localStorage.setItem("openclause-theme", name); } catch { /* no storage, no memory */ }
  });
  setTheme(THEMES.includes(remembered()) ? remembered() : "auto");
  theme.hidden = false;
  for (const tool of document.querySelectorAll(".tools")) tool.hidden = false;

  // Tables sort by their headings; rows that are equal there stay in their order.
  const key = (cell) => cell.dataset.order ?? cell.textContent;
  const collator = new Intl.Collator(root.lang, { numeric: true });
  const sort = (table, heads, column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
    rows.sort((a, b) => (down ? -1 : 1) * collator.compare(a[0], b[0]));
    body.remove();  // thousands of rows move faster out of sight
    body.append(...rows.map(([, row]) => row));
    table.append(body);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, heads, column));
    });
  }

  // Paper shows what is folded on the screen.
  const shut = [];
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("section > details:not([open])")) {
      one.open = true;
      shut.push(one);
    }
  });
  addEventListener("afterprint", () => shut.splice(0).forEach((one) => { one.open = false; }));
})();
