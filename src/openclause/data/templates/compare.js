(() => {
  const byId = (id) => document.getElementById(id);

  const matrix = byId("matrix");
  byId("differing").addEventListener("change", (event) => {
    matrix.classList.toggle("only", event.target.checked);
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
})();
