/** Stories of the worst that happens to users: on a node in a process of its own, and without limits. */
import { equal, of, texts, until } from "./stage.mjs";

/** What another user says in the lobby while the users of a story are away. */
const SAID = ["unheard 1", "unheard 2", "unheard 3"];
const BIG = "\u{1F600}".repeat(1_000);

export const stories = ({ enter, watch, throughFault, server }) => {
  const states = (log) => of(log, "state").map(({ state, code }) => (code === undefined ? state : `${state} ${code}`));

  /** As an application that keeps its token until that has expired: ten seconds for the first. */
  function keepingTokens(user) {
    let token = server.token(user, 10);
    let next;
    return async () => {
      const { exp } = JSON.parse(atob((await token).split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
      if (Date.now() >= exp * 1_000) token = next ??= server.token(user, 600);
      return token;
    };
  }

  /**
   * The stage suspends the page or its machine, says things in the lobby, and waits until the token has expired.
   *
   * @param code which the client is told then
   */
  async function throughSleep(suspend, code) {
    const ben = enter("ben", { getToken: keepingTokens("sleeper") });
    const got = await watch(ben.client, "lobby");
    await suspend();
    await until(() => of(ben.log, "resume").length > 0, "it comes back").catch((late) => {
      throw new Error(`${late.message}, after ${JSON.stringify(ben.log)}`);
    });
    equal(of(ben.log, "resume")[0].recovered, true, "recovered");
    equal(states(ben.log), ["connecting", "open", `waiting ${code}`, "connecting", "open"], "states");
    equal(texts(got), SAID, "texts that arrived");
  }

  const all = {
    async "nothing is lost or shown twice while the server is killed and started again"() {
      const { ann } = await throughFault(() => server.kill(), { everyMs: 50 });
      equal(of(ann.log, "resume").every(({ recovered }) => recovered), true, "the sender recovers");
    },

    async "token that expires while the machine sleeps is replaced, and nothing is missed"() {
      await throughSleep(() => server.sleep(), 4007);
    },

    async "reader that is cut off as too slow misses nothing"() {
      const ann = enter("ann");
      const ben = enter("ben", { url: await server.slowUrl() });
      const room = await ann.client.join("room-1");
      const got = await watch(ben.client, "room-1");
      await server.stall();
      const seqs = [];
      while ((await server.slowReaders()) === "0") {
        const acks = await Promise.all(Array.from({ length: 50 }, () => room.send(BIG)));
        seqs.push(...acks.map(({ seq }) => seq));
      }
      await server.flow();
      await until(() => got.length >= seqs.length, "all messages arrive");
      await ben.client.ping();
      equal(got.map(({ seq }) => seq), seqs.sort((a, b) => a - b), "positions that arrived");
      equal(of(ben.log, "resume").map(({ recovered }) => recovered), [true], "resumes");
      equal(of(ann.log, "state").length, 2, "the others notice nothing");
    },

    async "sixth session of a user is refused, and not tried again"() {
      const five = Array.from({ length: 5 }, () => enter("ann", { getToken: () => server.token("one-of-many", 600) }));
      await Promise.all(five.map(({ client }) => client.ready));
      const { client, log } = enter("ann", { getToken: () => server.token("one-of-many", 600) });
      await client.ready.then(() => { throw new Error("it was let in"); }, ({ reason, code }) => equal([reason, code], ["ended", 4005], "refusal"));
      equal(states(log), ["connecting", "ended 4005"], "states");
    },

    async "revoked session needs another token"() {
      let token = await server.token("revoked", 600);
      const asked = [];
      const getToken = ({ refused }) => (asked.push(refused ?? null), token);
      const one = enter("ann", { getToken });
      await one.client.ready;
      await server.revoke(one.client.session.sessionId);
      await until(() => one.client.state === "ended", "the same token ends it");
      equal(states(one.log), ["connecting", "open", "waiting 1008", "connecting", "ended 1008"], "states");
      equal(asked, [null, "Session revoked"], "questions");

      const other = enter("ann", { getToken: () => server.token("revoked", 600) });
      const got = await watch(other.client, "lobby");
      await server.revoke(other.client.session.sessionId);
      await until(() => of(other.log, "resume").length === 1, "another token goes on");
      await other.client.room("lobby").send("still here");
      await until(() => got.length === 1, "the message arrives");
    },
  };
  if (!globalThis.document) return all;
  return {
    ...all,

    async "token that expires while the page is frozen is replaced, and nothing is missed"() {
      await throughSleep(() => server.freeze(), 1006); // which the browser ends it with;
    },

    async "page without a network sends and gets all when it is back"() {
      const [ann, ben] = [enter("ann"), enter("ben")];
      const room = await ann.client.join("lobby");
      const [anns, bens] = [await watch(ann.client, "lobby"), await watch(ben.client, "lobby")];
      const failed = () => of(ann.log, "state").filter(({ state }) => state === "waiting").length;
      server.offline().catch(() => {}); // the answer may come too late
      await until(() => failed() > 0, "the connection ends");
      const acks = ["one", "two", "three"].map((text) => room.send(text));
      await until(() => !navigator.onLine && failed() > 2, "attempts without a network fail");
      equal(ann.client.queue.map(({ content, state }) => [content, state]), [["one", "waiting"], ["two", "waiting"], ["three", "waiting"]], "queue");
      globalThis.hasWaited = true; // the stage looks at it, since no request gets through
      const seqs = (await Promise.all(acks)).map(({ seq }) => seq);
      for (const got of [anns, bens]) {
        await until(() => got.length >= SAID.length + 3, "all messages arrive");
        equal(texts(got), [...SAID, "one", "two", "three"], "texts that arrived");
        equal(got.slice(-3).map(({ seq }) => seq), seqs, "positions that arrived");
      }
      equal([...of(ann.log, "resume"), ...of(ben.log, "resume")].map(({ recovered }) => recovered), [true, true], "resumes");
    },
  };
};
