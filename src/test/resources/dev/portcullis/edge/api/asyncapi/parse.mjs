// Reads the document in DOCUMENT with the parser of the AsyncAPI initiative, and prints what it finds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Parser } = createRequire(`${process.env.PACKAGES}/`)("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(process.env.DOCUMENT, "utf8"));
const found = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path: path.join("/") }));
const messages = document?.messages().all() ?? [];
console.log(JSON.stringify({ found, messages: messages.length, operations: document?.operations().all().length ?? 0 }));
