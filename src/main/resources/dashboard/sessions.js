// The live sessions of one user: look, end one, end all.

import { call, get, newest, path, query } from "./api.js";
import { confirm, during, say } from "./dialogs.js";
import { button, card, el, field, replace, table } from "./dom.js";
import { span, time } from "./format.js";

export function sessions() {
  const found = el("div");
  const user = el("input", { id: "session-user", required: true, maxlength: 128, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  let shown = "";

  const ask = newest((userId) => get(query("/admin/sessions", { userId })));
  const load = async () => {
    const of = shown;
    if (!of) return;
    try {
      const answer = await ask(of);
      if (answer) show(of, answer.sessions);
    } catch (failure) {
      say(failure.message, "bad");
    }
  };
  const show = (of, all) =>
    replace(
      found,
      el(
        "div",
        { class: "stack" },
        table(
          `Live sessions of ${of}`,
          [
            { title: "Session", cell: (row) => el("code", { text: row.sessionId }) },
            { title: "Role", cell: (row) => row.role },
            { title: "Address", cell: (row) => row.ip },
            { title: "Client", cell: (row) => el("span", { class: "agent", text: row.userAgent || "–" }) },
            { title: "Node", cell: (row) => row.node },
            { title: "Since", narrow: true, cell: (row) => time(row.createdAt) },
            { title: "Last frame", cell: (row) => (row.lastActivityAt ? `${span(Date.now() - row.lastActivityAt)} ago` : "unknown") },
            { title: "Token ends", narrow: true, cell: (row) => time(row.expiresAt) },
            { title: "End", cell: (row) => end(of, row) },
          ],
          all,
          { empty: "This user has no live session." },
        ),
        el("div", { class: "actions" }, all.length === 0 ? null : endAll(of)),
      ),
    );
  const open = (of) => {
    if (shown !== of) found.replaceChildren();
    shown = of;
    return load();
  };
  const end = (of, row) => {
    const control = button("End", async () => {
      const agreed = await confirm({
        title: `End a session of ${of}?`,
        text: `The connection of the session ${row.sessionId} is closed within a second. Its token stays good: ${of} may connect with it again.`,
        action: "End the session",
      });
      if (agreed && (await during(control, () => call("DELETE", path`/admin/sessions/${row.sessionId}`), "The session has ended.")) !== undefined) await load();
    }, { "data-key": row.sessionId, "aria-label": `End the session ${row.sessionId}` });
    return control;
  };
  const endAll = (of) => {
    const control = button("End all and revoke their tokens …", async () => {
      const agreed = await confirm({
        title: `End all sessions of ${of}?`,
        text: `All connections of ${of} are closed, and all tokens of ${of} that were issued until now are refused from now on. The user has to log in again.`,
        action: "End all",
        typed: of,
      });
      if (agreed && (await during(control, () => call("POST", "/admin/revocations", { userId: of }), `All sessions of ${of} end.`)) !== undefined) await load();
    }, { class: "danger", "data-key": "end all" });
    return control;
  };
  return {
    element: el(
      "div",
      { class: "stack" },
      el("h1", { text: "Sessions of a user" }),
      card(
        "Find",
        el(
          "form",
          { class: "row", on: { submit: (event) => {
            event.preventDefault();
            open(user.value.trim());
          } } },
          field("User", user, "The sub of the token"),
          el("div", { class: "actions" }, el("button", { type: "submit", class: "primary", text: "Show" })),
        ),
      ),
      found,
    ),
    enter(stats, params) {
      const wanted = params?.get("userId");
      if (!wanted) return load();
      user.value = wanted;
      return open(wanted);
    },
    everyMs: 5_000,
  };
}
