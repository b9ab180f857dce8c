import { el } from "./dom.js";

/** The list of contents, the search that shortens page and list, and the mark at what is on the screen. */
export function navigation(menu, groups) {
  for (const [title, entries] of groups) {
    menu.append(
      el(
        "section",
        {},
        el("h2", {}, title),
        el(
          "ul",
          {},
          entries.map(({ anchor, label, hint }) =>
            el("li", {}, el("a", { href: `#${anchor}` }, hint ? el("span", { class: `verb ${hint.toLowerCase()}` }, hint) : null, el("span", {}, breakable(label)))),
          ),
        ),
      ),
    );
  }
  markWhatIsShown(menu);
}

/** A path may break before a slash. */
const breakable = (label) => label.split(/(?=\/)/).flatMap((part) => [el("wbr"), part]);

function markWhatIsShown(menu) {
  const links = new Map([...menu.querySelectorAll("a")].map((link) => [link.getAttribute("href").slice(1), link]));
  const shown = new Set();
  const observer = new IntersectionObserver(
    (changes) => {
      for (const change of changes) {
        if (change.isIntersecting) shown.add(change.target.id);
        else shown.delete(change.target.id);
      }
      const first = [...links.keys()].find((anchor) => shown.has(anchor));
      for (const [anchor, link] of links) {
        if (anchor !== first) link.removeAttribute("aria-current");
        else if (!link.hasAttribute("aria-current")) {
          link.setAttribute("aria-current", "true");
          keepInView(menu, link);
        }
      }
    },
    { rootMargin: "-80px 0px -55% 0px" },
  );
  for (const anchor of links.keys()) observer.observe(document.getElementById(anchor));
}

/** `scrollIntoView` would stop a scroll of the page that is on its way. */
function keepInView(menu, link) {
  const [outer, inner] = [menu.getBoundingClientRect(), link.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) menu.scrollTop += inner.top - outer.top - outer.height / 3;
}

export function search(input, content, menu, status) {
  const items = [...content.querySelectorAll("[data-search]")];
  const links = new Map([...menu.querySelectorAll("a")].map((link) => [link.getAttribute("href").slice(1), link.closest("li")]));
  const update = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of items) {
      const fits = words.every((word) => item.dataset.search.includes(word));
      item.hidden = !fits;
      links.get(item.id).hidden = !fits;
      if (fits) found++;
    }
    for (const group of [...content.querySelectorAll("[data-group]"), ...menu.querySelectorAll("section")]) {
      group.hidden = words.length > 0 && group.querySelector(":is([data-search], li):not([hidden])") === null;
    }
    document.getElementById("overview").hidden = words.length > 0;
    status.textContent = words.length === 0 ? "" : `${found} found`;
  };
  input.addEventListener("input", update);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !isTyping(event.target)) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && event.target === input) {
      input.value = "";
      update();
      input.blur();
    }
  });
  // A link leads to what a search has hidden.
  addEventListener("hashchange", () => {
    if (document.getElementById(location.hash.slice(1))?.closest("[hidden]")) {
      input.value = "";
      update();
      document.getElementById(location.hash.slice(1)).scrollIntoView();
    }
  });
}

const isTyping = (target) => target.closest("input, textarea, select") !== null;
