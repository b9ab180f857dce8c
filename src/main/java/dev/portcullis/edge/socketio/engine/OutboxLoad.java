package dev.portcullis.edge.socketio.engine;

/** How many packets, and bytes, of each kind an outbox holds: live ones, which are bounded, and replays. */
final class OutboxLoad {
    private int liveFrames;
    private long liveBytes;
    private int replays;
    private long replayBytes;

    int liveFrames() {
        return liveFrames;
    }

    long liveBytes() {
        return liveBytes;
    }

    boolean hasReplays() {
        return replays > 0;
    }

    long bytes() {
        return liveBytes + replayBytes;
    }

    void add(boolean live, int bytes) {
        count(live, 1, bytes);
    }

    void remove(boolean live, int bytes) {
        count(live, -1, -bytes);
    }

    void remove(OutboxLoad other) {
        liveFrames -= other.liveFrames;
        liveBytes -= other.liveBytes;
        replays -= other.replays;
        replayBytes -= other.replayBytes;
    }

    private void count(boolean live, int frames, int bytes) {
        if (live) {
            liveFrames += frames;
            liveBytes += bytes;
        } else {
            replays += frames;
            replayBytes += bytes;
        }
    }
}
