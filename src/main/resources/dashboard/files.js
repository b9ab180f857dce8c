// Who holds what of the storage for files: how full it is, who has most, the files of one user, deletion.

import { call, get, newest, path, query } from "./api.js";
import { confirm, during, say } from "./dialogs.js";
import { button, card, el, field, replace, table } from "./dom.js";
import { bytes, plain, span, time, whole } from "./format.js";

export function files() {
  const fill = el("div");
  const list = el("div");
  const found = el("div");
  const user = el("input", { id: "files-user", required: true, maxlength: 128, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  let shown = "";
  let holdersAfter;
  let filesAfter;

  const askHolders = newest(() => get(query("/admin/uploads", { after: holdersAfter })));
  const askFiles = newest((userId) => get(query("/admin/uploads", { userId, after: filesAfter })));
  const load = async () => {
    const of = shown;
    try {
      const [holders, one] = await Promise.all([askHolders(), of ? askFiles(of) : undefined]);
      if (holders) showHolders(holders);
      if (one && of === shown) showFiles(of, one);
    } catch (failure) {
      say(failure.message, "bad");
    }
  };
  const open = (of) => {
    if (shown !== of) {
      found.replaceChildren();
      filesAfter = undefined;
    }
    shown = of;
    user.value = of;
    return load();
  };

  const showHolders = (answer) => {
    replace(fill, el("p", { id: "files-fill", class: "muted", text: full(answer) }));
    replace(
      list,
      el(
        "div",
        { class: "stack" },
        table(
          holdersAfter ? "Further users, those with most first" : "Users, those with most first",
          [
            { title: "User", cell: (row) => el("strong", { text: row.userId }) },
            { title: "Holds", number: true, cell: (row) => `${bytes(row.bytes)} (${part(row.bytes, answer.placeBytes)})` },
            { title: "Files", number: true, cell: (row) => whole(row.uploads) },
            { title: "Oldest", narrow: true, cell: (row) => time(row.oldestAt) },
            { title: "Newest from", cell: (row) => row.address ?? "unknown" },
            { title: "Look", cell: (row) => button("Show files", () => open(row.userId), { "data-key": `show ${row.userId}`, "aria-label": `Show the files of ${row.userId}` }) },
          ],
          answer.holders,
          { empty: "No user holds a file." },
        ),
        pages(holdersAfter, answer.next, (after) => (holdersAfter = after)),
      ),
    );
  };
  const showFiles = (of, answer) =>
    replace(
      found,
      el(
        "div",
        { class: "stack" },
        table(
          `Files of ${of}, the oldest first`,
          [
            { title: "Name", cell: (row) => plain(row.name) },
            { title: "Size", number: true, cell: (row) => bytes(row.size) },
            { title: "Type", cell: (row) => row.mime },
            { title: "To", cell: (row) => (row.roomId ? `room ${row.roomId}` : `user ${row.recipientId}`) },
            { title: "From", cell: (row) => row.address ?? "unknown" },
            { title: "Since", narrow: true, cell: (row) => time(row.createdAt) },
            { title: "State", cell: (row) => `${row.kept ? "kept" : "not here yet"}, ends in ${span(row.endsAt - Date.now())}` },
            { title: "Delete", cell: (row) => remove(of, row) },
          ],
          answer.uploads,
          { empty: "This user holds no file." },
        ),
        el("div", { class: "actions" }, answer.uploads.length === 0 ? null : removeAll(of), pages(filesAfter, answer.next, (after) => (filesAfter = after))),
      ),
    );
  const pages = (after, next, go) =>
    el(
      "div",
      { class: "actions" },
      after ? button("First page", () => (go(undefined), load()), { class: "quiet" }) : null,
      next ? button("Next page", () => (go(next), load()), { class: "quiet" }) : null,
    );
  const remove = (of, row) => {
    const control = button("Delete", async () => {
      const agreed = await confirm({
        title: `Delete a file of ${of}?`,
        text: `${plain(row.name)} (${bytes(row.size)}) can't be fetched any more, and transfers of it end within a second. Messages that refer to it stay.`,
        action: "Delete the file",
      });
      if (agreed && (await during(control, () => call("DELETE", path`/admin/uploads/${row.fileId}`), "The file is deleted.")) !== undefined) await load();
    }, { "data-key": row.fileId, "aria-label": `Delete ${plain(row.name)} of ${of}` });
    return control;
  };
  const removeAll = (of) => {
    const control = button("Delete all files of this user …", async () => {
      const agreed = await confirm({
        title: `Delete all files of ${of}?`,
        text: `No file of ${of} can be fetched any more, and transfers of them end within a second. ${of} may upload again, unless banned.`,
        action: "Delete all",
        typed: of,
      });
      if (agreed && (await during(control, () => call("DELETE", path`/admin/users/${of}/uploads`), `All files of ${of} are deleted.`)) !== undefined) await load();
    }, { class: "danger", "data-key": "delete all" });
    return control;
  };
  return {
    element: el(
      "div",
      { class: "stack" },
      el("div", { class: "head" }, el("h1", { text: "Files of users" }), button("Refresh", () => load(), { class: "quiet" })),
      fill,
      list,
      card(
        "Files of one user",
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
    enter: load,
    everyMs: 10_000,
  };
}

const part = (value, of) => `${(of > 0 ? (100 * value) / of : 0).toFixed(1)} %`;

/** What was deleted counts until the next sweep. */
const full = (answer) => `${bytes(answer.bytes)} of ${bytes(answer.placeBytes)} are held (${part(answer.bytes, answer.placeBytes)}), with tickets and with what goes at the next sweep.`;
