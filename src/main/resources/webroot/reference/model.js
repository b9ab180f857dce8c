/** What the page shows, taken from the two documents of the node. */

const GROUPS = [
  ["/api/auth", "Accounts"],
  ["/api/rooms", "Rooms"],
  ["/api/blocks", "Block list"],
  ["/api/uploads", "Files"],
  ["/api/files", "Files"],
  ["/admin", "Operators"],
  ["/health", "Operators"],
  ["/metrics", "Operators"],
];
const METHODS = ["get", "put", "post", "delete", "patch", "head"];

export async function load() {
  const [asyncapi, openapi] = await Promise.all(["/asyncapi.json", "/openapi.json"].map(read));
  return { ...framesOf(asyncapi), calls: callsOf(openapi), openapi, asyncapi };
}

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`);
  return answer.json();
}

function framesOf(document) {
  const channel = document.channels.ws;
  const resolve = (reference) => pointer(document, reference);
  const message = (reference) => resolve(reference.$ref).$ref.split("/").pop();
  const frames = new Map();
  for (const [key, each] of Object.entries(document.components.messages)) {
    const fromClient = key.endsWith("FromClient");
    const schema = withData(resolve(each.payload.$ref), resolve);
    frames.set(key, {
      key,
      type: each.name,
      fromClient,
      anchor: `${fromClient ? "client" : "server"}-${each.name}`,
      summary: each.summary,
      about: each.description ?? "",
      schemaUrl: each["x-schema"],
      schema,
      examples: each.examples ?? (fromClient ? examplesOf(schema) : []),
      answers: [],
      asks: [],
      unasked: false,
    });
  }
  for (const operation of Object.values(document.operations)) {
    const frame = frames.get(message(operation.messages[0]));
    if (operation.action === "send") {
      frame.unasked = true;
      continue;
    }
    Object.assign(frame, {
      needs: operation["x-needs"],
      errors: operation["x-errors"] ?? {},
      counts: operation["x-counts"] ?? ["frame event"],
      perMinute: operation["x-perMinute"],
    });
    for (const reference of operation.reply.messages) {
      const answer = frames.get(message(reference));
      frame.answers.push(answer);
      answer.asks.push(frame);
    }
  }
  return {
    frames: [...frames.values()],
    closes: channel["x-close-codes"],
    reasons: channel["x-error-reasons"],
    security: document.components.securitySchemes,
    links: linksOf([...frames.values()]),
  };
}

/** An event of the application refers to the schema of its data, which may lead back to itself: only the first step is taken. */
function withData(schema, resolve) {
  const data = schema.properties?.data?.$ref;
  return data === undefined ? schema : { ...schema, properties: { ...schema.properties, data: resolve(data) } };
}

/** Of an event of the application, which comes with none. */
function examplesOf({ properties }) {
  const target = properties.roomId ? { roomId: "lobby" } : { recipientId: "ben" };
  return [{ name: "of its schema", payload: { type: "event", ...target, event: properties.event.const, data: sampleOf(properties.data), id: "e1" } }];
}

function sampleOf(schema) {
  const { type, enum: values, examples, properties = {}, required = [], minimum = 0 } = schema;
  const given = [schema.const, schema.default, examples?.[0], values?.[0]].find((each) => each !== undefined);
  if (given !== undefined) return given;
  if (type === "object") return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
  return { array: [], string: "", number: minimum, integer: minimum, boolean: true }[type] ?? null;
}

/** From a type to where it is described. A server's frame goes before a client's of the same type. */
function linksOf(frames) {
  return new Map(frames.map((frame) => [frame.type, frame.anchor]));
}

function callsOf(document) {
  const calls = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((each) => item[each])) {
      const call = item[method];
      calls.push({
        ...call,
        path,
        method: method.toUpperCase(),
        anchor: `call-${call.operationId}`,
        group: GROUPS.find(([start]) => path.startsWith(start))?.[1] ?? "Connection and documents",
        operators: call["x-portcullis-listener"] === "admin",
        parameters: call.parameters ?? [],
        body: call.requestBody && content(document, call.requestBody),
        answers: Object.entries(call.responses).map(([status, answer]) => answerOf(document, status, answer)),
      });
    }
  }
  // Those of operators are the last that an author of clients looks for.
  return [...calls.filter((each) => !each.operators), ...calls.filter((each) => each.operators)];
}

function answerOf(document, status, reference) {
  const answer = reference.$ref ? pointer(document, reference.$ref) : reference;
  return { status, refusal: reference.$ref !== undefined, description: answer.description, ...content(document, answer) };
}

function content(document, holder) {
  const [mediaType, media] = Object.entries(holder.content ?? {})[0] ?? [];
  if (media === undefined) return {};
  const name = media.schema?.$ref?.split("/").pop();
  return { mediaType, schemaName: name, schema: dereferenced(document, media.schema ?? {}) };
}

/** The contract has no references that lead back to themselves. */
function dereferenced(document, value) {
  if (Array.isArray(value)) return value.map((each) => dereferenced(document, each));
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$ref === "string") return dereferenced(document, pointer(document, value.$ref));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, dereferenced(document, each)]));
}

function pointer(document, reference) {
  return reference
    .slice(2)
    .split("/")
    .reduce((value, name) => value[name.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}
