/** Stories of users on a node with the limits that it has by default. */
import { equal, of, texts, until, wait } from "./stage.mjs";

export const stories = ({ enter, throughFault, server }) => ({
  async "two users talk"() {
    const [ann, ben] = [enter("ann"), enter("ben")];
    const [annsRoom, bensRoom] = [await ann.client.join("lobby"), await ben.client.join("lobby")];
    const got = [];
    bensRoom.on("chat", (message) => got.push(message));
    const ack = await annsRoom.send("<i>hello</i> <u>you</u> & all", { id: "greeting" });
    equal(ack.id, "greeting", "id of the ack");
    await until(() => got.length === 1, "the message arrives");
    equal([got[0].seq, got[0].messageId, got[0].userId], [ack.seq, ack.messageId, ann.user], "message");
    equal([got[0].content, got[0].text], ["<i>hello</i> you &amp; all", "<i>hello</i> <u>you</u> & all"], "content and text");
    equal(bensRoom.position, { epoch: ack.epoch, seq: ack.seq }, "position");
    equal((await annsRoom.send("<i>hello</i> <u>you</u> & all", { id: "greeting" })).seq, ack.seq, "repeated message");
    equal(texts((await bensRoom.history({ limit: 1 })).messages), ["<i>hello</i> <u>you</u> & all"], "history");
    equal((await ann.client.ping()).type, "pong", "ping");
    equal((await ann.client.health()).type, "health-check", "health");
    await bensRoom.leave();
    await annsRoom.send("alone");
    await ben.client.ping(); // what comes later came before its answer
    equal(got.length, 1, "messages after leaving");
  },

  async "nothing is lost or shown twice while connections are cut"() {
    await throughFault(() => server.cut());
  },

  async "nothing is lost or shown twice while the server restarts"() {
    const { ben } = await throughFault(() => server.restart());
    equal(of(ben.log, "server_draining").length, 1, "announced stops");
    equal(of(ben.log, "state").filter(({ state }) => state === "waiting")[0].code, 1012, "close code");
  },

  async "frames stay within the limits of the server"() {
    const { client, log } = enter("eager");
    const room = await client.join("room-1");
    await Promise.all(Array.from({ length: 35 }, (_, i) => room.send(`${i}`)));
    equal(of(log, "rate_limited"), [], "frames that were refused");
  },

  async "session outlives its token"() {
    let tokens = 0;
    const { user, client, log } = enter("ann", { getToken: () => server.token(user, tokens++ === 0 ? 8 : 600) });
    await until(() => of(log, "token_refreshed").length === 1, "the token is renewed");
    equal(of(log, "state").map(({ state }) => state), ["connecting", "open"], "states");
    if (client.session.expiresAt < Date.now() + 300_000) throw new Error("the session ends with the first token");
  },

  async "token that expired in sleep is replaced"() {
    const tokens = [];
    let asleep = true;
    let offeredAgain = false;
    const { user, client, log } = enter("ann", {
      getToken: async () => {
        offeredAgain = asleep && tokens.length > 0;
        if (!offeredAgain) tokens.push(await server.token(user, asleep ? 8 : 600));
        return tokens.at(-1);
      },
    });
    await client.join("lobby");
    await until(() => offeredAgain, "the old token is offered when its end is announced");
    asleep = false;
    await until(() => of(log, "resume").length === 1, "it comes back");
    equal(of(log, "state").map(({ state, code }) => [state, code ?? null]), [["connecting", null], ["open", null], ["waiting", 4007], ["connecting", null], ["open", null]], "states");
    equal(of(log, "resume").map(({ recovered }) => recovered), [true], "resumes");
  },

  async "expired token is not tried twice"() {
    const old = await server.token("late", -60);
    const { client, log } = enter("late", { getToken: () => old });
    await client.ready.then(() => { throw new Error("it was let in"); }, ({ reason }) => equal(reason, "ended", "reason"));
    equal(of(log, "auth_failure").map(({ reason }) => reason), ["expired_token"], "refusals");
    equal(of(log, "state").at(-1), { type: "state", state: "ended", code: 1008, reason: "expired_token" }, "end");
  },

  async "room that is not there is refused"() {
    const { client } = enter("ann");
    await client.join("nowhere").then(() => { throw new Error("it was let in"); }, ({ reason, requestId }) => equal([reason, requestId.length > 0], ["not_member", true], "refusal"));
    await client.room("lobby").send("outside").then(() => { throw new Error("it was published"); }, ({ reason }) => equal(reason, "not_member", "refusal"));
  },

  async "nothing is kept outside of memory"() {
    const { client } = enter("ann");
    await client.ready;
    if (!globalThis.document) return;
    equal([localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length], [0, 0, "", 0], "stores of the page");
  },
});
