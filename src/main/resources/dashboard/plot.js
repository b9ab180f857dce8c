// Lines over the last hour, as SVG. The exact values are read with the pointer or the arrow keys, and by screen readers
// from the label.

import { el, svg } from "./dom.js";
import { clock } from "./format.js";

const HEIGHT = 132;
const LEFT = 52;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;
const SHORTEST_MS = 10 * 60_000;
const LONGEST_MS = 60 * 60_000;

/** `series` are `{name, column}` of the history. Bytes have the base 1024; the axis reaches to `least` at least. */
export function plot(title, series, format, { base = 10, least = 1 } = {}) {
  const readout = el("span", { class: "readout" });
  const drawing = svg("svg", { role: "img", tabindex: 0, height: HEIGHT });
  const figure = el(
    "figure",
    { class: "card plot" },
    el("figcaption", {}, el("span", { class: "title", text: title }), readout),
    drawing,
  );
  let shown = null;
  let at = -1;

  const point = (index) => {
    if (!shown || shown.times.length === 0) return;
    at = Math.min(Math.max(index, 0), shown.times.length - 1);
    const cursor = drawing.querySelector(".cursor");
    const x = shown.x(shown.times[at]);
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    cursor.classList.add("on");
    readout.textContent = `${clock(shown.times[at])} · ${values(at)}`;
  };
  const values = (index) =>
    series
      .map((each, i) => `${series.length > 1 ? `${each.name} ` : ""}${format(shown.lines[i][index])}`)
      .join(" · ");
  const leave = () => {
    at = -1;
    drawing.querySelector(".cursor")?.classList.remove("on");
    readout.textContent = shown && shown.times.length > 0 ? values(shown.times.length - 1) : "no points yet";
  };
  drawing.addEventListener("pointermove", (event) => {
    if (!shown || shown.times.length === 0) return;
    const x = event.clientX - drawing.getBoundingClientRect().left;
    point(shown.times.reduce((best, time, i) =>
      Math.abs(shown.x(time) - x) < Math.abs(shown.x(shown.times[best]) - x) ? i : best, 0));
  });
  drawing.addEventListener("pointerleave", leave);
  drawing.addEventListener("blur", leave);
  drawing.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !shown) return;
    event.preventDefault();
    point((at < 0 ? shown.times.length : at) + step);
  });

  const draw = (history, now) => {
    const width = Math.max(240, Math.round(drawing.getBoundingClientRect().width || figure.clientWidth));
    const times = history.times;
    const lines = series.map((each) => history.values[each.column] ?? []);
    const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, times.length > 0 ? now - times[0] : 0));
    const top = ceiling(lines, base, least);
    const x = (time) => LEFT + ((time - now + length) / length) * (width - LEFT - RIGHT);
    const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
    shown = { times, lines, x };
    drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    drawing.setAttribute("aria-label", label(title, times, lines, series, format));
    drawing.replaceChildren(
      ...[0, top / 2, top].flatMap((value) => [
        svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
        svg("text", { class: "tick", x: LEFT - 6, y: y(value) + 3.5, "text-anchor": "end", text: format(value) }),
      ]),
      ...ticks(length).map((ago) =>
        svg("text", {
          class: "tick",
          x: x(now - ago),
          y: HEIGHT - 5,
          "text-anchor": ago === 0 ? "end" : ago === length ? "start" : "middle",
          text: ago === 0 ? "now" : `−${Math.round(ago / 60_000)} min`,
        })),
      ...lines.map((line, i) =>
        svg("path", { class: `line line-${i}`, d: trace(times, line, x, y, history.intervalMs, now - length) })),
      svg("line", { class: "cursor", y1: TOP, y2: HEIGHT - BOTTOM }),
    );
    if (at < 0) leave();
    else point(at);
  };
  return { element: figure, draw };
}

/** A gap stays a gap: the node was not there, or not sampled. */
function trace(times, values, x, y, intervalMs, from) {
  let path = "";
  let last = -Infinity;
  times.forEach((time, i) => {
    if (time < from) return;
    const begins = time - last > 3 * intervalMs;
    path += `${begins ? "M" : "L"}${x(time).toFixed(1)} ${y(values[i]).toFixed(1)}`;
    if (begins) path += "h0.01"; // a single point is seen too
    last = time;
  });
  return path;
}

/** A round number above all values, half of which is round too. */
function ceiling(lines, base, least) {
  const most = Math.max(least, ...lines.flat());
  const unit = base === 10 ? 1 : base ** Math.floor(Math.log(most) / Math.log(base));
  const power = unit * 10 ** Math.floor(Math.log10(most / unit));
  return power * ([1, 2, 4, 6, 8].find((each) => each * power >= most) ?? 10);
}

function ticks(length) {
  return length <= SHORTEST_MS ? [0, length / 2, length] : [0, length / 3, (2 * length) / 3, length];
}

function label(title, times, lines, series, format) {
  if (times.length === 0) return `${title}: no points yet`;
  const said = series.map((each, i) =>
    `${each.name} now ${format(lines[i].at(-1))}, at most ${format(Math.max(...lines[i]))}`);
  return `${title}, since ${clock(times[0])}: ${said.join("; ")}. Arrow keys read single values.`;
}
