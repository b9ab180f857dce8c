// The bans in force: list, add, lift.

import { call, get, newest, query } from "./api.js";
import { confirm, during, say } from "./dialogs.js";
import { button, card, el, field, pill, replace, table } from "./dom.js";
import { plain, span, time } from "./format.js";

const SPANS = [[900, "15 minutes"], [3600, "1 hour"], [86400, "1 day"], [604800, "7 days"], [2592000, "30 days"], [31536000, "1 year"]];

export function bans() {
  const list = el("div");
  const kind = el("select", { id: "ban-kind" }, el("option", { value: "userId", text: "User" }), el("option", { value: "ip", text: "Address or range" }));
  const who = el("input", { id: "ban-who", required: true, maxlength: 128, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const seconds = el("select", { id: "ban-seconds" }, SPANS.map(([value, text]) => el("option", { value, text })));
  const reason = el("input", { id: "ban-reason", maxlength: 256, autocomplete: "off" });
  const add = el("button", { type: "submit", class: "primary", text: "Ban …" });

  const ask = newest(() => get("/admin/bans"));
  const load = async () => {
    try {
      const answer = await ask();
      if (answer) show(answer.bans);
    } catch (failure) {
      say(failure.message, "bad");
    }
  };
  const show = (all) =>
    replace(list, table(
      all.length === 1 ? "One ban" : `${all.length} bans`,
      [
        { title: "Whom", cell: (ban) => el("span", {}, pill(ban.userId ? "user" : "address"), " ", el("strong", { text: ban.userId ?? ban.ip })) },
        { title: "By", cell: (ban) => ban.origin },
        { title: "Reason", cell: (ban) => plain(ban.reason) },
        { title: "Decided", narrow: true, cell: (ban) => time(ban.decidedAt) },
        { title: "Ends", cell: (ban) => (ban.until ? `in ${span(ban.until - Date.now())}` : "with its line in the configuration") },
        { title: "Lift", cell: (ban) => (ban.origin === "configuration" ? "–" : lift(ban)) },
      ],
      all.sort((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0)),
      { empty: "No user and no address is banned." },
    ));
  const lift = (ban) => {
    const name = ban.userId ?? ban.ip;
    const control = button("Lift", async () => {
      const agreed = await confirm({ title: `Lift the ban of the ${ban.userId ? "user" : "address"} ${name}?`, text: `${name} may connect again within a second, unless another ban holds.`, action: "Lift the ban" });
      const target = query("/admin/bans", ban.userId ? { userId: ban.userId } : { ip: ban.ip });
      if (agreed && (await during(control, () => call("DELETE", target), `The ban of ${name} is lifted.`)) !== undefined) await load();
    }, { "data-key": `lift ${name}`, "aria-label": `Lift the ban of ${name}` });
    return control;
  };
  const submit = async (event) => {
    event.preventDefault();
    const name = who.value.trim();
    const body = { [kind.value]: name, seconds: Number(seconds.value), reason: reason.value.trim() || undefined };
    const long = seconds.selectedOptions[0].textContent;
    const agreed = await confirm({
      title: `Ban the ${body.ip ? "address" : "user"} ${name} for ${long}?`,
      text: `${name} is refused on every endpoint of every node for ${long}, and what they have open is closed.`,
      action: "Ban",
    });
    if (!agreed) return;
    if ((await during(add, () => call("POST", "/admin/bans", body), `${name} is banned for ${long}.`)) !== undefined) {
      who.value = "";
      reason.value = "";
      await load();
    }
  };
  return {
    element: el(
      "div",
      { class: "stack" },
      el("div", { class: "head" }, el("h1", { text: "Bans" }), button("Refresh", () => load(), { class: "quiet" })),
      card(
        "Ban a user or an address",
        el(
          "form",
          { class: "row four", on: { submit } },
          field("Ban", kind),
          field("Id or address", who, "ann, or 192.0.2.7, or 2001:db8::/48"),
          field("For", seconds),
          field("Reason", reason, "For this list and the audit log"),
          el("div", { class: "actions" }, add),
        ),
      ),
      list,
    ),
    enter(stats, params) {
      const wanted = ["userId", "ip"].find((name) => params?.get(name));
      if (wanted) {
        kind.value = wanted;
        who.value = params.get(wanted);
      }
      return load();
    },
    everyMs: 15_000,
  };
}
