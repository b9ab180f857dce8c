// The removal of a user from a room, which also bars the user.

import { call, path } from "./api.js";
import { confirm, during } from "./dialogs.js";
import { button } from "./dom.js";

export function removal(room, user, again) {
  const control = button("Remove …", async () => {
    const agreed = await confirm({
      title: `Remove ${user} from ${room}?`,
      text: `All connections of ${user} leave the room, and ${user} is barred from it until a moderator or your server adds them again.`,
      action: "Remove",
    });
    if (agreed && (await during(control, () => call("DELETE", path`/admin/rooms/${room}/members/${user}`), `${user} is removed from ${room}.`)) !== undefined) await again();
  }, { class: "small", "data-key": `remove ${user}`, "aria-label": `Remove ${user} from ${room}` });
  return control;
}
