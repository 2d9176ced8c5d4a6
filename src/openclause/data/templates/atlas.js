(() => {
  const byId = (id) => document.getElementById(id);

  const heatmap = byId("heatmap");
  const cells = [...heatmap.querySelectorAll("td[data-can]")];
  byId("shown").addEventListener("change", (event) => {
    const shown = event.target.value;
    heatmap.classList.toggle("single", Boolean(shown));
    cells.forEach((cell) => {
      const heat = shown ? cell.getAttribute(`data-heat-${shown}`) : "";
      if (shown) cell.dataset.order = cell.dataset[shown]; else delete cell.dataset.order;
      cell.className = shown ? `heat-${heat}` : "";
      cell.querySelector(".one").textContent =
        shown ? heatmap.dataset.percent.replace("#", cell.dataset[shown]) : "";
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
})();
