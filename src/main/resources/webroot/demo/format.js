/** How times, durations and sizes are written. */
const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat([], { weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat([], { dateStyle: "full", timeStyle: "medium" });
const DAY_MS = 86_400_000;

export const clock = (time) => CLOCK.format(time);
/** For where there is little room. */
export const shortClock = (time) => clock(time).replace(/\s?[AP]M$/i, "");
export const clockWithSeconds = (time) => SECONDS.format(time);
export const full = (time) => FULL.format(time);

/** Names the local day, so that two times of one day have the same. */
export const dayKey = (time) => new Date(time).toDateString();

export function dayName(time, now = Date.now()) {
  if (dayKey(time) === dayKey(now)) return "Today";
  return dayKey(time) === dayKey(now - DAY_MS) ? "Yesterday" : DAY.format(time);
}

/** Rounded up, so that a wait is never shown as over before it is. */
export function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function size(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  const [number, unit] = bytes < 1_000_000 ? [bytes / 1_000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
