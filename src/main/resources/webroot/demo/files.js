/** Files: sent by a ticket, fetched with the user's token, and shown from memory. */
import { el, icon } from "./dom.js";
import { size } from "./format.js";
import { plain } from "./markup.js";

const MAX_PREVIEW_BYTES = 8_000_000;
const MAX_KEPT = 60;
const MAX_NAME = 255;
const TICKET = /^\/api\/uploads\//;
const OF_SERVER = /^\/api\/files\/([0-9a-f]{32})$/;

const kindOf = (mime) => (mime.startsWith("image/") ? "image" : mime.startsWith("audio/") ? "audio" : "file");

/** A name that the server takes: what leads to another folder, has no sign, or turns the text around becomes a line. */
export function cleanName(name) {
  const clean = name.replace(/[\p{Cc}/\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\.{2,}|^\p{L}:/gu, "_");
  return [...clean].slice(-MAX_NAME).join("") || "file";
}

/** The text of a message that has files only: their names, up to its limit. */
export function namesOf(attachments, limit) {
  const text = [...attachments.map(({ name }) => name).join(", ")]; // the server counts code points
  return text.length > limit ? `${text.slice(0, limit - 1).join("")}…` : text.join("");
}

/** What an attachment refers to: a file of this server, an address elsewhere, or nothing. Its size is what the sender said. */
export function described({ type, url, name }) {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "https:") return { type, name: plain(name) };
  const [, fileId] = OF_SERVER.exec(parsed.pathname) ?? [];
  const bytes = Number(new URLSearchParams(parsed.hash.slice(1)).get("size"));
  return { type, url, host: parsed.host, name: plain(name), fileId, bytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined };
}

export class Files {
  #api;
  #kept = new Map();

  constructor(api) {
    this.#api = api;
  }

  /** Uploads one file, and gives the attachment of a message. */
  async upload(target, file, onprogress) {
    const mime = file.type || "application/octet-stream";
    const ticket = await target.upload({ name: file.name, size: file.size, mime });
    const given = new URL(ticket.uploadUrl, location.origin);
    // By whatever name the server calls itself, it is the one that this page is of.
    const url = TICKET.test(given.pathname) ? given.pathname + given.search : given.href;
    await put(url, file, mime, onprogress);
    return { type: kindOf(mime), name: file.name, url: `${ticket.fileUrl}#size=${file.size}` };
  }

  async #blobUrl(fileId) {
    const known = this.#kept.get(fileId);
    if (known) return known;
    const loading = this.#api.file(fileId).then((blob) => URL.createObjectURL(blob));
    this.#kept.set(fileId, loading);
    loading.catch(() => this.#kept.delete(fileId));
    if (this.#kept.size > MAX_KEPT) {
      const [oldest, url] = this.#kept.entries().next().value;
      this.#kept.delete(oldest);
      url.then(URL.revokeObjectURL, () => {});
    }
    return loading;
  }

  async download(fileId, name) {
    el("a", { href: await this.#blobUrl(fileId), download: name }).click();
  }

  /** The element of an attachment. `onproblem` is told why a file can't be had. */
  show(attachment, onproblem) {
    const file = described(attachment);
    const kind = { image: "image", audio: "audio" }[file.type] ?? "file";
    const label = [el("span", { class: "file-name" }, file.name), el("span", { class: "file-size" }, file.fileId ? file.bytes && size(file.bytes) : file.host)];
    if (!file.url) return el("span", { class: "file" }, icon(kind), ...label);
    if (!file.fileId) {
      return el("a", { class: "file", href: file.url, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, icon(kind), ...label);
    }
    const load = () => this.download(file.fileId, file.name).catch((failure) => onproblem(`${file.name}: ${failure.message}`));
    const button = el("button", { type: "button", class: "file", "aria-label": `Download ${file.name}`, onclick: load }, icon(kind), ...label, icon("download"));
    return file.type === "image" && !(file.bytes > MAX_PREVIEW_BYTES) ? this.#preview(file, button) : button;
  }

  #preview(file, button) {
    const image = el("img", { alt: file.name, class: "preview", loading: "lazy" });
    const figure = el("figure", { class: "picture" }, image, button);
    const seen = new IntersectionObserver(async ([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      seen.disconnect();
      image.src = await this.#blobUrl(file.fileId).catch(() => "");
      if (!image.getAttribute("src")) image.remove();
    });
    image.addEventListener("error", () => image.remove());
    seen.observe(figure);
    return figure;
  }
}

/** `fetch` tells no progress of what it sends. */
function put(url, file, mime, onprogress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", mime);
    request.upload.onprogress = ({ loaded, total }) => onprogress(loaded / total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      reject(new Error(request.status === 415 ? "The file is not what its name says." : "The server refused the file."));
    };
    request.onerror = () => reject(new Error("The upload broke off."));
    request.send(file);
  });
}
