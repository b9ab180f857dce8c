/** A user with a hundred rooms, on a node with the limits that it has by default. */
import { equal, of, texts, until } from "./stage.mjs";

const ROOMS = Array.from({ length: 100 }, (_, i) => `many-${i}`);

export const stories = ({ enter, server }) => {
  /** A page of the same user, which shows all of its rooms. */
  const page = async () => {
    const opened = enter("reader", { getToken: () => server.token("reader", 600), tail: 50 });
    const views = new Map();
    opened.client.on("joined", ({ roomId, messages }) => messages && views.set(roomId, [...messages]));
    opened.client.on("chat", (message) => views.get(message.roomId).push(message));
    const begun = Date.now();
    await Promise.all(ROOMS.map((roomId) => opened.client.room(roomId).join()));
    return { ...opened, views, tookMs: Date.now() - begun };
  };
  const assertShows = ({ views }, expected) => {
    equal(views.size, ROOMS.length, "rooms that are shown");
    for (const [roomId, messages] of views) equal(texts(messages), expected, `messages of ${roomId}`);
  };

  return {
    async "hundred rooms come with their messages, after a reload and after a restart, and no limit is met"() {
      await server.fill("before");
      const first = await page();
      assertShows(first, ["before"]);
      first.client.close();

      const second = await page();
      assertShows(second, ["before"]);
      let back = 0;
      second.client.on("joined", () => back++);
      await server.restart();
      await until(() => back === ROOMS.length, "all rooms are joined again");
      await server.fill("after");
      await until(() => [...second.views.values()].every((messages) => messages.length === 2), "live messages arrive");
      assertShows(second, ["before", "after"]);

      equal(of(second.log, "resume").filter(({ recovered }) => !recovered).length, 0, "rooms that were not resumed");
      for (const { log } of [first, second]) equal([of(log, "rate_limited"), of(log, "error")], [[], []], "refusals");
      equal(await server.limited(), "0", "frames that the server refused for a limit");
    },
  };
};
