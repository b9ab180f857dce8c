import { callArticle } from "./calls.js";
import { closeCodes, overview, reasons } from "./codes.js";
import { tryConsole } from "./console.js";
import { el } from "./dom.js";
import { frameArticle } from "./frames.js";
import { load } from "./model.js";
import { navigation, search } from "./nav.js";

const content = document.getElementById("content");
const menu = document.getElementById("menu");
const panel = document.getElementById("console");

async function show() {
  const model = await load();
  const putIntoConsole = tryConsole(panel, model);
  const tryIt = (frame) => {
    drawers.open(panel);
    putIntoConsole(frame);
  };
  const ofClient = model.frames.filter((each) => each.fromClient);
  const ofServer = model.frames.filter((each) => !each.fromClient);
  const groups = [...new Set(model.calls.map((each) => each.group))].map((name) => [name, model.calls.filter((each) => each.group === name)]);

  document.getElementById("loading").remove();
  content.append(
    overview(model),
    group("From the client", "frames-client", ofClient.map((each) => frameArticle(each, model, tryIt))),
    group("From the server", "frames-server", ofServer.map((each) => frameArticle(each, model, tryIt))),
    closeCodes(model),
    reasons(model),
    ...groups.map(([name, calls]) => group(`HTTP: ${name}`, `calls-${name.replaceAll(" ", "-").toLowerCase()}`, calls.map((each) => callArticle(each, model)))),
  );
  const entry = ({ anchor, type }) => ({ anchor, label: type });
  navigation(menu, [
    ["Start", [{ anchor: "overview", label: "Overview" }]],
    ["From the client", ofClient.map(entry)],
    ["From the server", ofServer.map(entry)],
    ["Codes", [{ anchor: "close-codes", label: "Close codes" }, { anchor: "reasons", label: "Reasons of an error" }]],
    ...groups.map(([name, calls]) => [name, calls.map((each) => ({ anchor: each.anchor, label: each.path, hint: each.method }))]),
  ]);
  search(document.getElementById("search"), content, menu, document.getElementById("found"));
  document.body.dataset.ready = String(model.frames.length);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function group(title, id, articles) {
  return el("section", { "data-group": true, "aria-labelledby": id }, el("h2", { id }, title), articles);
}

/** Contents and console are drawers where the window is narrow. */
const drawers = {
  buttons: new Map([
    [menu, document.getElementById("open-menu")],
    [panel, document.getElementById("open-console")],
  ]),
  open(drawer) {
    for (const [each, button] of this.buttons) {
      each.classList.toggle("shown", each === drawer);
      button.setAttribute("aria-expanded", String(each === drawer));
    }
  },
};
for (const [drawer, button] of drawers.buttons) {
  button.addEventListener("click", () => drawers.open(drawer.classList.contains("shown") ? undefined : drawer));
}
document.addEventListener("keydown", (event) => {
  const open = [...drawers.buttons].find(([drawer]) => drawer.classList.contains("shown"));
  if (event.key === "Escape" && open) {
    drawers.open(undefined);
    open[1].focus();
  }
});
menu.addEventListener("click", (event) => {
  if (event.target.closest("a")) drawers.open(undefined);
});

show().catch((failure) => {
  document.getElementById("loading").textContent = `The reference could not be read: ${failure.message}`;
});
