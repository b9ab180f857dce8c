package dev.portcullis.edge.socket;

/** Limits control frames: Vert.x queues a pong for each ping, without a bound of its own (CWE-770). */
public final class ControlFrameLimiter {
    private static final long SPAN_NANOS = 10_000_000_000L;

    private final int max;
    private long since;
    private int count;
    private int unanswered;

    public ControlFrameLimiter(int max) {
        this.max = max;
    }

    /** Called when we have sent a ping, so that one pong is expected. */
    public void pinged() {
        unanswered++;
    }

    public boolean admitsPing(long now) {
        if (count == 0 || now - since > SPAN_NANOS) {
            since = now;
            count = 0;
        }
        return ++count <= max;
    }

    /** Only unsolicited pongs count: one pong for each of our pings is what the protocol requires. */
    public boolean admitsPong(long now) {
        if (unanswered == 0) {
            return admitsPing(now);
        }
        unanswered--;
        return true;
    }
}
