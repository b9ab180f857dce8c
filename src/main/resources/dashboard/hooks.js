// What the application has not been told, and events that were given up.

import { call, get, newest } from "./api.js";
import { confirm, during, say } from "./dialogs.js";
import { button, card, el, replace, table } from "./dom.js";
import { time, whole, words } from "./format.js";

export function hooks() {
  const shown = el("div", { class: "stack" });
  const ask = newest(() => get("/admin/hooks"));
  const load = async (stats) => {
    if (stats?.configured?.hooks === false) {
      replace(shown, el("p", { class: "empty muted", text: "No hook is configured, so nothing waits." }));
      return;
    }
    try {
      const state = await ask();
      if (state) show(state);
    } catch (failure) {
      say(failure.message, "bad");
    }
  };
  const show = (state) => {
    const revive = button("Deliver dead letters again …", async () => {
      const agreed = await confirm({
        title: "Deliver all dead letters again?",
        text: "Each is put behind the events that wait in its lane, so it comes out of its order.",
        action: "Deliver again",
      });
      if (!agreed) return;
      const answer = await during(revive, () => call("POST", "/admin/hooks/revivals"));
      if (answer !== undefined) say(`${whole(answer.revived)} events are delivered again.`);
      await load();
    }, { "data-key": "revive" });
    revive.disabled = state.dead === 0;
    const counts = [["Waiting", state.waiting], ["Dead letters", state.dead], ["Overflown", state.overflown], ["Lost", state.lost]];
    replace(
      shown,
      el("dl", { class: "tiles" }, counts.map(([name, count]) =>
        el("div", { class: `tile ${count > 0 && name !== "Waiting" ? "bad" : ""}` }, el("dt", { text: name }), el("dd", { text: whole(count) })))),
      card(
        "Dead letters",
        table(
          "The oldest hundred events that were given up, without their content",
          [
            { title: "Event", cell: (row) => words(row.type) },
            { title: "Of", cell: (row) => row.key },
            { title: "Happened", cell: (row) => time(row.time) },
            { title: "Given up", cell: (row) => time(row.givenUpAt) },
            { title: "Reason", cell: (row) => words(row.reason) },
          ],
          state.deadLetters,
          { empty: "No event was given up." },
        ),
        el("div", { class: "actions" }, revive),
      ),
    );
  };
  return {
    element: el(
      "div",
      { class: "stack" },
      el("div", { class: "head" }, el("h1", { text: "Hooks" }), button("Refresh", () => load(), { class: "quiet" })),
      el("p", { class: "muted", text: "Of the whole cluster." }),
      shown,
    ),
    enter: load,
    everyMs: 10_000,
  };
}
