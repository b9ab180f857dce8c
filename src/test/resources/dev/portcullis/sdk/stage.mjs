/**
 * What the stories of users with the JavaScript client on a real node have in common. They are the same in Node.js and in a
 * browser. `server.token(user, seconds)` makes a token; every other call of `server` is an action of the stage, such as
 * `server.restart()`, which stops the node and starts it again with what it stored, or `server.cut()`, which ends all TCP
 * connections without a word.
 */
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(condition, what) {
  const end = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await wait(10);
  }
}

export function equal(actual, expected, what) {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`);
}

export const of = (log, type) => log.filter((event) => event.type === type);
export const texts = (messages) => messages.map(({ text, content }) => text ?? content);

function stage(connect, url, server) {
  const clients = [];
  let users = 0;

  function enter(name, options = {}) {
    const user = `${name}-${++users}`;
    const client = connect({ url, getToken: () => server.token(user, 600), backoff: { firstMs: 100, lastMs: 1_000 }, ...options });
    const log = [];
    for (const type of ["state", "resume", "server_draining", "rate_limited", "error", "token_refreshed", "auth_failure"]) {
      client.on(type, (event) => log.push({ type, ...event }));
    }
    clients.push(client);
    return { user, client, log };
  }

  /** Collects what a room shows. */
  async function watch(client, roomId, from) {
    const got = [];
    const room = await client.join(roomId);
    room.on("chat", (message) => (from === undefined || message.userId === from) && got.push(message));
    return got;
  }

  /**
   * Sends while `fault` happens; every message must be acknowledged, and reach the other once and in order.
   * @param options `most` messages; with `everyMs` they go on as long as the fault takes
   */
  async function throughFault(fault, { most = 24, everyMs } = {}) {
    const [ann, ben] = [enter("ann"), enter("ben")];
    const room = await ann.client.join("lobby");
    const got = await watch(ben.client, "lobby", ann.user);
    const sent = [];
    const acks = [];
    let isOver = everyMs === undefined;
    const send = () => {
      sent.push(`m${sent.length}`);
      acks.push(room.send(sent.at(-1)));
    };
    for (let i = 0; i < most || !isOver; i++) {
      send();
      const happening = i === 8 ? fault().finally(() => (isOver = true)) : undefined;
      await (everyMs === undefined ? happening : wait(everyMs));
    }
    const seqs = (await Promise.all(acks)).map(({ seq }) => seq);
    await until(() => got.length >= sent.length, "all messages arrive");
    await ben.client.ping(); // what comes twice came before its answer
    equal(got.map(({ seq }) => seq), seqs, "positions that arrived");
    equal(texts(got), sent, "texts that arrived");
    equal(of(ben.log, "resume").map(({ recovered }) => recovered), [true], "resumes");
    return { ann, ben };
  }

  return { clients, enter, watch, throughFault, url, server };
}

const STORY_MS = 200_000; // more than `until` waits, and so little that the stage still hears of it

/** A story that hangs is told by its name. */
function inTime(story) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error("it goes on for ever")), STORY_MS)));
  return Promise.race([story(), late]).finally(() => clearTimeout(timer));
}

/** Runs the stories of a file and reports to the test. @param control its address */
export async function main(connect, url, control, file) {
  const call = async (action, query = "") => {
    const answer = await fetch(`${control}/${action}${query}`, { method: "POST" });
    if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
    return answer.text();
  };
  const token = (user, seconds) => call("token", `?user=${user}&seconds=${seconds}`);
  const server = new Proxy({ token }, { get: (calls, action) => calls[action] ?? ((query) => call(action, query && `?${query}`)) });
  const { stories } = await import(`./${file}`);
  const results = {};
  const stageOfAll = stage(connect, url, server);
  const { clients } = stageOfAll;
  for (const [name, story] of Object.entries(stories(stageOfAll))) {
    try {
      await inTime(story);
      results[name] = "";
    } catch (failure) {
      results[name] = `${failure.message}\n${failure.stack}\n${JSON.stringify(clients.map(({ state, queue }) => ({ state, queue })))}`;
    } finally {
      clients.splice(0).forEach((client) => client.close());
    }
  }
  await fetch(`${control}/results`, { method: "POST", body: JSON.stringify(results) });
}
