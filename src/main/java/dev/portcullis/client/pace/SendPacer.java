package dev.portcullis.client.pace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Spreads frames so that they stay within {@code auth_success.limits}, with some room for the way to the server. */
public final class SendPacer {
    private static final long BURST_MS = 1_500;
    private static final long MINUTE_MS = 65_000;
    private static final long HOUR_MS = 3_720_000;

    /** Bounds the memory: a limit beyond it holds up no client. */
    private static final int MOST = 20_000;

    private final boolean active;
    private final Map<String, Long> blockedTypes = new HashMap<>();
    private final Window burst = new Window(BURST_MS);
    private final Window minute = new Window(MINUTE_MS);
    private final Window hour = new Window(HOUR_MS);
    private long blockedUntil;

    /** When the newest frames were sent, as many as the limit. */
    private static final class Window {
        private final long ms;
        private final Deque<Long> newest = new ArrayDeque<>();
        private long limit = MOST;

        private Window(long ms) {
            this.ms = ms;
        }

        private void sent(long now) {
            newest.addLast(now);
            trim();
        }

        private void limit(long most) {
            limit = Math.max(1, most);
            trim();
        }

        private void trim() {
            while (newest.size() > Math.min(limit, MOST)) {
                newest.removeFirst();
            }
        }

        private long waitMs(long now) {
            return newest.size() < limit ? 0 : newest.getFirst() + ms - now;
        }
    }

    /** @param active whether it holds up anything */
    public SendPacer(boolean active) {
        this.active = active;
    }

    public boolean isActive() {
        return active;
    }

    /** Frames in a second, a minute and an hour. */
    public void limits(long inSecond, long inMinute, long inHour) {
        burst.limit(inSecond);
        minute.limit(inMinute);
        hour.limit(inHour);
    }

    public void block(long until) {
        blockedUntil = Math.max(blockedUntil, until);
    }

    /** Holds up the frames of one type only. */
    public void block(String type, long until) {
        blockedTypes.merge(type, until, Math::max);
    }

    public void sent(long now) {
        List.of(burst, minute, hour).forEach(window -> window.sent(now));
    }

    /** How long the next frame of this type has to wait. */
    public long waitMs(String type, long now) {
        long windows = Math.max(burst.waitMs(now), Math.max(minute.waitMs(now), hour.waitMs(now)));
        long blocks = Math.max(blockedUntil, blockedTypes.getOrDefault(type, 0L)) - now;
        return active ? Math.max(0, Math.max(windows, blocks)) : 0;
    }
}
