"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  const theme = byId("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    root.dataset.theme = (root.dataset.theme || system) === "dark" ? "light" : "dark";
    theme.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  });
  document.querySelectorAll(".tools").forEach((tool) => { tool.hidden = false; });

  const heatmap = byId("heatmap");
  let shown = "";
  const key = (cell) => (shown && cell.dataset[shown] !== undefined
    ? cell.dataset[shown] : cell.dataset.order ?? cell.textContent);
  const collator = new Intl.Collator(root.lang, { numeric: true });
  const sort = (table, heads, column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows].map((row) => [key(row.cells[column]), row]);
    rows.sort((a, b) => (down ? -1 : 1) * collator.compare(a[0], b[0]));
    const body = table.tBodies[0];
    body.remove();  // thousands of rows move faster out of sight
    body.append(...rows.map(([, row]) => row));
    table.append(body);
  };
  document.querySelectorAll("table.sortable").forEach((table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, heads, column));
    });
  });

  const cells = [...heatmap.querySelectorAll("td[data-can]")];
  byId("shown").addEventListener("change", (event) => {
    shown = event.target.value;
    heatmap.classList.toggle("single", Boolean(shown));
    cells.forEach((cell) => {
      const heat = shown ? cell.getAttribute(`data-heat-${shown}`) : "";
      cell.className = shown ? `heat-${heat}` : "";
      cell.querySelector(".one").textContent = shown ? `${cell.dataset[shown]} %` : "";
    });
  });

  document.querySelectorAll("input[data-filters]").forEach((field) => {
    const rows = [...byId(field.dataset.filters).tBodies[0].rows];
    let said;
    field.addEventListener("input", () => {
      said ??= rows.map((row) => row.textContent.toLowerCase());
      const wanted = field.value.trim().toLowerCase();
      rows.forEach((row, number) => { row.hidden = !said[number].includes(wanted); });
    });
  });

  const shut = [];
  addEventListener("beforeprint", () => {
    document.querySelectorAll("section > details:not([open])").forEach((one) => {
      one.open = true;
      shut.push(one);
    });
  });
  addEventListener("afterprint", () => shut.splice(0).forEach((one) => { one.open = false; }));
})();
