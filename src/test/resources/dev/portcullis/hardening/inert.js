// Puts each delivered text into the places where a page may put it, and reports what came of it.
"use strict";
const SIX = new Set(["B", "I", "EM", "STRONG", "CODE", "PRE"]);
const PLACES = {
  text: [
    "<div>%</div>", "<div><pre>%</pre></div>", "<table><tr><td>%</td></tr></table>", "<table>%</table>",
    "<textarea></textarea>%", "<textarea>%</textarea>", "<svg><desc>%</desc></svg>", "<svg><text>%</text></svg>",
    "<svg><foreignObject><div>%</div></foreignObject></svg>", "<math><mtext>%</mtext></math>", "<math><mi>%</mi></math>",
    "<a href=\"https://a.example/\">%</a>", "<template>%</template>", "<noscript>%</noscript>", "<select></select>%",
    "<ul><li>%</li></ul>", "<button>%</button>", "<b>%</b>", "<div>%%%</div>",
    "<span title=\"%\">x</span>", "<span title='%'>x</span>", "<img alt=\"%\">", "<img alt='%'>", "<input value=\"%\">"],
  url: ["<a href=\"%\">x</a>", "<a href='%'>x</a>", "<span title=\"%\">x</span>"],
};
const problems = [];
let placed = 0;

function shape(root) {
  const all = [];
  for (const each of root.querySelectorAll("*")) {
    all.push(each.tagName.toUpperCase() + "[" + [...each.attributes].map((a) => a.name).sort() + "]");
    if (each.content) all.push(...shape(each.content));
  }
  return all;
}

// What the place has by itself may be there again: browsers repair markup. Beyond that, the six tags without attributes.
function check(root, kind, place, value, step) {
  const own = new Set(kind.shapes[place]);
  for (const each of shape(root)) {
    const tag = each.slice(0, each.indexOf("["));
    const isSix = kind.html && SIX.has(tag) && each.endsWith("[]");
    if (!own.has(each) && !isSix) problems.push(step + " " + place + " got " + each + " from " + value);
  }
  for (const link of root.querySelectorAll("a[href]")) {
    if (!/^https?:$/.test(link.protocol)) problems.push(step + " " + place + " leads to " + link.href);
  }
}

function put(item) {
  const places = PLACES[item.kind === "url" ? "url" : "text"];
  const kind = { html: item.kind === "content", shapes: {} };
  for (const place of places) {
    const plain = document.createElement("div");
    plain.innerHTML = place.replaceAll("%", () => "https://a.example/");
    kind.shapes[place] = shape(plain);
    let root = document.body.appendChild(document.createElement("div"));
    root.innerHTML = place.replaceAll("%", () => item.value);
    check(root, kind, place, item.value, "put");
    for (let step = 1; step <= 3; step++) {
      const next = document.body.appendChild(document.createElement("div"));
      next.innerHTML = root.innerHTML;
      check(next, kind, place, item.value, "again " + step);
      root.remove();
      root = next;
    }
    root.remove();
    placed++;
  }
}

// The page has them already, as a server would write it.
function checkWritten(items) {
  const hosts = document.querySelectorAll("[data-written]");
  if (hosts.length !== items.length) problems.push(hosts.length + " of " + items.length + " hosts are left");
  items.forEach((item, i) => {
    const kind = { html: item.kind === "content", shapes: { written: ["SPAN[title]"] } };
    if (hosts[i]) check(hosts[i], kind, "written", item.value, "written");
    placed++;
  });
}

function report() {
  window.reported = JSON.stringify({ ran: window.ranCount, placed, problems: problems.slice(0, 20) });
}
