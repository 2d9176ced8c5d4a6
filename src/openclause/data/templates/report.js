(() => {
  const by = (id) => document.getElementById(id);
  const root = document.documentElement;
  const text = by("text"), card = by("card"), list = by("clauses"), find = by("find");
  const term = by("term"), shown = by("shown"), matches = by("matches");
  const ORDER = ["permission", "obligation", "prohibition"];
  const MOST_MATCHES = 5000;

  const entries = new Map();
  for (const node of list.querySelectorAll("li")) {
    const { id, term, kinds, modality } = node.dataset;
    entries.set(id, { id, node, term, kinds: kinds.split(" "), modality, visible: true });
  }
  const segments = [...text.querySelectorAll("[data-c]")].map((node) => ({
    node, clauses: node.dataset.c.split(" ").map((id) => entries.get(id)), looks: node.className,
  }));
  const bySegment = new Map(segments.map((segment) => [segment.node, segment]));
  const boxes = [...by("kinds").querySelectorAll("input")];
  let current = null, marked = [], pinned = false, closing = 0, anchor = null;

  // Filters: what is checked and chosen decides which clauses are marked and listed.
  const apply = () => {
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const entry of entries.values()) {
      const wanted = !term.value || entry.term === term.value;
      entry.visible = wanted && entry.kinds.some((kind) => kinds.has(kind));
      entry.node.hidden = !entry.visible;
      count += entry.visible;
    }
    for (const some of list.children) some.hidden = !some.querySelector("li:not([hidden])");
    for (const segment of segments) look(segment, kinds);
    shown.textContent = shown.dataset.words.replace("{n}", count);
    for (const button of document.querySelectorAll("[data-term][aria-pressed]"))
      button.setAttribute("aria-pressed", String(button.dataset.term === term.value));
  };
  const look = (segment, checked) => {
    const clauses = segment.clauses.filter((entry) => entry.visible);
    const kinds = new Set(clauses.flatMap((entry) => entry.kinds.filter((kind) => checked.has(kind))));
    const weight = Math.max(...clauses.map((entry) => ORDER.indexOf(entry.modality)));
    const looks = clauses.length ? ["s", ...kinds, ORDER[weight]].join(" ") : "s off";
    if (looks === segment.looks) return;
    segment.looks = looks;
    segment.node.className = marked.includes(segment.node) ? `${looks} on` : looks;
    if (segment.node.href) segment.node.tabIndex = clauses.length ? 0 : -1;
  };
  const choose = (value) => { term.value = value; apply(); };

  // The card: what is known of the clauses under the pointer or the focus.
  const place = (node) => {
    const boxes = node.getClientRects(), box = boxes[0], end = boxes[boxes.length - 1];
    if (!box) return;
    const below = end.bottom + 6 + card.offsetHeight < innerHeight;
    const top = below ? end.bottom + 6 : Math.max(4, box.top - card.offsetHeight - 6);
    const left = Math.max(4, Math.min(box.left, root.clientWidth - card.offsetWidth - 8));
    card.style.top = `${top}px`;
    card.style.left = `${left}px`;
  };
  const open = (node) => {
    const segment = bySegment.get(node);
    const clauses = segment ? segment.clauses.filter((entry) => entry.visible) : [];
    if (!clauses.length) return;
    clearTimeout(closing);
    card.querySelector("ul").replaceChildren(...clauses.map((entry) => copy(entry.node)));
    card.hidden = false;
    anchor = node;
    place(node);
  };
  const copy = (node) => {
    const made = node.cloneNode(true);
    made.removeAttribute("class");
    made.hidden = false;
    const meaning = document.createElement("p");
    meaning.textContent = term.querySelector(`[value="${CSS.escape(node.dataset.term)}"]`).dataset.meaning;
    made.querySelector("p").before(meaning);
    return made;
  };
  const close = () => { pinned = false; card.hidden = true; };
  const closeSoon = () => {
    clearTimeout(closing);
    if (!pinned) closing = setTimeout(close, 250);
  };

  // One clause is current: it is outlined, and the address names it.
  const select = (id) => {
    for (const node of marked) node.classList.remove("on");
    if (current) entries.get(current).node.classList.remove("on");
    current = id;
    marked = segments.filter((one) => one.clauses.some((entry) => entry.id === id))
      .map((one) => one.node);
    for (const node of marked) node.classList.add("on");
    entries.get(id).node.classList.add("on");
  };
  const show = (id) => {
    const entry = entries.get(id);
    if (!entry) return;
    if (!entry.visible) {
      for (const box of boxes) box.checked = true;
      choose("");
    }
    select(id);
    const [node] = marked;
    if (!node) return;
    into(node);
    if (node.href) node.focus({ preventScroll: true });
    // Blocks that come into sight get their true height, which moves what was aimed at.
    settle(node, 3, () => { pinned = true; open(node); });
    entry.node.scrollIntoView({ block: "nearest" });
  };
  const settle = (node, frames, then) => requestAnimationFrame(() => {
    into(node);
    if (frames > 1) settle(node, frames - 1, then); else then();
  });
  const into = (node) => node.scrollIntoView({ block: "center" });
  const go = (id) => {
    if (location.hash === `#${id}`) show(id);
    else location.hash = id;
  };
  const step = (by) => {
    const ids = [...entries.values()].filter((entry) => entry.visible).map((entry) => entry.id);
    if (!ids.length) return;
    const at = ids.indexOf(current);
    go(ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length]);
  };

  // Search: matches run over line ends, and are painted without touching the document.
  let index = null, ranges = [], match = -1;
  const build = () => {
    const lines = [...text.querySelectorAll(".l")], starts = [], parts = [];
    let at = 0;
    for (const line of lines) {
      const said = line.textContent;
      starts.push(at);
      parts.push(said);
      at += said.length + 1;
    }
    return { lines, starts, said: parts.join("\n") };
  };
  const point = (offset) => {
    let low = 0, high = index.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (index.starts[middle] <= offset) low = middle; else high = middle - 1;
    }
    let left = offset - index.starts[low];
    const walker = document.createTreeWalker(index.lines[low], NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.length) return [node, left];
      left -= node.length;
    }
    return [index.lines[low], 0];
  };
  const search = () => {
    const words = find.value.trim();
    ranges = [];
    match = -1;
    if (words) {
      index ??= build();
      const pattern = words.replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&").replace(/\s+/g, "\\s+");
      for (const found of index.said.matchAll(new RegExp(pattern, "giu"))) {
        const range = new Range();
        range.setStart(...point(found.index));
        range.setEnd(...point(found.index + found[0].length));
        if (ranges.push(range) >= MOST_MATCHES) break;
      }
    }
    paint("found", ranges);
    paint("current", []);
    tell();
  };
  const paint = (name, some) => {
    if (globalThis.CSS?.highlights) CSS.highlights.set(name, new Highlight(...some));
  };
  const tell = () => {
    const total = ranges.length < MOST_MATCHES ? ranges.length : `${MOST_MATCHES}+`;
    matches.textContent = !find.value.trim() ? ""
      : ranges.length ? `${match + 1} / ${total}` : matches.dataset.none;
  };
  const turn = (by) => {
    if (!ranges.length) return;
    const from = match < 0 && by < 0 ? 0 : match;
    match = (from + by + ranges.length) % ranges.length;
    const range = ranges[match], node = range.startContainer;
    into(node.parentElement.closest(".l"));
    requestAnimationFrame(() => {
      scrollBy(0, range.getBoundingClientRect().top - innerHeight / 2);
      if (!globalThis.CSS?.highlights) getSelection().setBaseAndExtent(node, range.startOffset, range.endContainer, range.endOffset);
    });
    paint("current", [range]);
    tell();
  };

  // The card stays with its clause, also while blocks above it take their true height.
  addEventListener("scroll", () => requestAnimationFrame(() => {
    if (!card.hidden) place(anchor);
  }), { passive: true });

  // One listener a kind of event, however many clauses there are.
  const covered = (event) => event.target.closest?.("[data-c]");
  text.addEventListener("mouseover", (event) => {
    const node = covered(event);
    if (node && !pinned) open(node); else closeSoon();
  });
  text.addEventListener("mouseleave", closeSoon);
  card.addEventListener("mouseenter", () => clearTimeout(closing));
  card.addEventListener("mouseleave", closeSoon);
  text.addEventListener("focusin", (event) => { if (covered(event) && !pinned) open(covered(event)); });
  text.addEventListener("focusout", closeSoon);
  text.addEventListener("click", (event) => {
    const node = covered(event);
    if (!node || String(getSelection())) return;
    event.preventDefault();
    const entry = bySegment.get(node).clauses.find((one) => one.visible);
    if (!entry) return;
    history.replaceState(null, "", `#${entry.id}`);
    select(entry.id);
    pinned = true;
    open(node);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']"), button = event.target.closest?.("[data-term][aria-pressed]");
    if (button) choose(button.dataset.term === term.value ? "" : button.dataset.term);
    else if (link && !text.contains(link) && entries.has(link.hash.slice(1))) {
      event.preventDefault();
      go(link.hash.slice(1));
    } else if (!card.contains(event.target) && !covered(event) && !event.target.closest?.(".controls")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if (event.target === find && event.key === "Enter") return turn(event.shiftKey ? -1 : 1);
    const typing = event.target.matches?.("input:not([type=checkbox]), select, textarea");
    if (typing || !by("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = { "/": () => find.focus(), j: () => step(1), k: () => step(-1), t: () => by("theme").click() }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  let waiting = 0;
  find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  by("kinds").addEventListener("change", apply);
  term.addEventListener("change", apply);
  by("previous").addEventListener("click", () => step(-1));
  by("next").addEventListener("click", () => step(1));
  by("match-previous").addEventListener("click", () => turn(-1));
  by("match-next").addEventListener("click", () => turn(1));
  by("close").addEventListener("click", close);
  addEventListener("hashchange", () => show(decodeURIComponent(location.hash.slice(1))));

  root.classList.add("js");
  new ResizeObserver(([bar]) => {
    root.style.setProperty("--bar", `${bar.target.offsetHeight}px`);
  }).observe(document.querySelector(".controls"));
  if (location.hash) show(decodeURIComponent(location.hash.slice(1)));
})();
