package dev.portcullis.edge.socket;

/** Counts control frames: each ping makes Vert.x queue a pong, without a bound of its own (CWE-770). */
final class ControlFrameLimiter {
    private static final long SPAN_NANOS = 10_000_000_000L;

    private final int max;
    private long since;
    private int count;
    private int unanswered;

    ControlFrameLimiter(int max) {
        this.max = max;
    }

    /** We have sent a ping, so that one pong is owed. */
    void pinged() {
        unanswered++;
    }

    boolean admitsPing(long now) {
        if (count == 0 || now - since > SPAN_NANOS) {
            since = now;
            count = 0;
        }
        return ++count <= max;
    }

    /** Only what nobody asked for counts: who answers every ping does what the protocol wants of it. */
    boolean admitsPong(long now) {
        if (unanswered == 0) {
            return admitsPing(now);
        }
        unanswered--;
        return true;
    }
}
