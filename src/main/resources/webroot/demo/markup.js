/**
 * Shows the `content` of a message, which the server has made safe, without an HTML parser: six tags without attributes
 * become elements that this module makes, references become their characters, and all else is text.
 */
import { el } from "./dom.js";

const TOKEN = /<(\/?)(b|i|em|strong|code|pre)>|&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g;
const CHARACTERS = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const MAX_DEPTH = 50;

function character(name, decimal, hex) {
  if (name) return CHARACTERS[name];
  const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "\ufffd";
}

/** A tree of texts and `{tag, children}`. A tag that nothing closes ends with the text; one that nothing opened is dropped. */
export function parse(content) {
  const root = { children: [] };
  const open = [root];
  const text = (piece) => {
    const { children } = open[open.length - 1];
    if (piece && typeof children[children.length - 1] === "string") children[children.length - 1] += piece;
    else if (piece) children.push(piece);
  };
  let at = 0;
  for (const match of content.matchAll(TOKEN)) {
    const [token, closes, tag, ...reference] = match;
    text(content.slice(at, match.index));
    at = match.index + token.length;
    if (token === "<pre>" && content[at] === "\n") at++; // as HTML has it
    if (!tag) {
      text(character(...reference));
    } else if (closes) {
      const opened = open.findLastIndex((each) => each.tag === tag);
      if (opened > 0) open.length = opened;
    } else if (open.length < MAX_DEPTH) {
      const node = { tag, children: [] };
      open[open.length - 1].children.push(node);
      open.push(node);
    }
  }
  text(content.slice(at));
  return root.children;
}

/** What a string that is safe as HTML says, for use as text. */
export function plain(content) {
  const textOf = (node) => (typeof node === "string" ? node : node.children.map(textOf).join(""));
  return parse(content ?? "").map(textOf).join("");
}

/** How a name is mentioned: the server finds word characters behind an @. */
export const mentionOf = (name) => `@${/^\w*/.exec(name)[0]}`;

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The parts of a text that the server found in it: links that are safe to follow, mentions and hashtags. */
function marks({ links = [], mentions = [], hashtags = [] }) {
  const urls = links.filter(({ url, safe }) => safe && /^(https?:\/\/|mailto:)/i.test(url)).map(({ url }) => plain(url));
  const words = [...mentions, ...hashtags].map(plain);
  const found = [...urls, ...words].filter(Boolean).sort((one, other) => other.length - one.length);
  return { urls: new Set(urls), pattern: found.length > 0 ? new RegExp(`(${found.map(escaped).join("|")})`, "g") : undefined };
}

function decorated(text, { urls, pattern }, me) {
  if (!pattern) return [text];
  return text.split(pattern).map((part, index) => {
    if (index % 2 === 0) return part;
    if (urls.has(part)) return el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, part);
    const mine = me && part.toLowerCase() === mentionOf(me).toLowerCase();
    return el("span", { class: `word ${mine ? "mine" : ""}` }, part);
  });
}

/** The nodes of a message. `me` is the name whose mentions stand out. */
export function render(message, me) {
  const found = marks(message);
  const nodes = (tree, isCode) =>
    tree.flatMap((node) => {
      if (typeof node === "string") return isCode ? [node] : decorated(node, found, me);
      return [el(node.tag, {}, ...nodes(node.children, isCode || node.tag === "code" || node.tag === "pre"))];
    });
  return nodes(parse(message.content), false);
}
