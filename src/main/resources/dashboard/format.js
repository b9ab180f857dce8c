// How figures are written.

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&#39;": "'", "&amp;": "&" };

export const whole = (value) => NUMBER.format(value);

export const rate = (value) => (Math.abs(value) < 100 ? SMALL : NUMBER).format(value);

export const ms = (value) => (value >= 1000 ? `${SMALL.format(value / 1000)} s` : `${SMALL.format(value)} ms`);

export function bytes(value) {
  let unit = 0;
  let left = value;
  while (left >= 1024 && unit < UNITS.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${(left < 100 && unit > 0 ? SMALL : NUMBER).format(left)} ${UNITS[unit]}`;
}

export function span(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export function clock(millis) {
  return new Date(millis).toLocaleTimeString("en-GB");
}

export function time(millis) {
  if (!Number.isFinite(millis)) return "–";
  const date = new Date(millis);
  const day = date.toDateString() === new Date().toDateString() ? "" : `${date.toLocaleDateString("en-CA")} `;
  return day + date.toLocaleTimeString("en-GB");
}

/** The server escapes what users influence for use as HTML. As text, which is all this page shows, it is read back once. */
export function plain(text) {
  return String(text ?? "").replace(/&(?:lt|gt|quot|amp|#34|#39);/g, (entity) => ENTITIES[entity]);
}

export const words = (id) => String(id).replaceAll("_", " ");
