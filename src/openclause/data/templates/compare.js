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

  const matrix = byId("matrix");
  document.querySelector(".tools").hidden = false;
  byId("differing").addEventListener("change", (event) => {
    matrix.classList.toggle("only", event.target.checked);
  });

  const heads = [...matrix.tHead.rows[0].cells];
  const key = (row, column) => row.cells[column].dataset.order;
  const sort = (column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...matrix.tBodies[0].rows];
    rows.sort((a, b) =>
      (down ? -1 : 1) * key(a, column).localeCompare(key(b, column), root.lang) ||
      key(a, 0).localeCompare(key(b, 0)));
    matrix.tBodies[0].append(...rows);
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(column));
  });

  const open = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
      if (target.tabIndex === -1) target.focus({ preventScroll: true });
    }
  };
  addEventListener("hashchange", open);
  open();

  const shut = [];
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((one) => {
      one.open = true;
      shut.push(one);
    });
  });
  addEventListener("afterprint", () => shut.splice(0).forEach((one) => { one.open = false; }));
})();
