package dev.portcullis.client;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether the server still answers. Its pings prove it, and any other frame. */
final class ServerWatch {
    /** The time from the first byte to the session. */
    private static final long CONNECT_MS = 20_000;

    /** A timer that is this late was suspended with its machine: the connection has to prove that it lives. */
    private static final long ASLEEP_MS = 15_000;

    /** The number of missed heartbeats of the server after which it counts as dead. */
    private static final int MISSED_HEARTBEATS = 2;

    private final long answerMs;
    private long heartbeatMs;
    private long heardAt;
    private long dialledAt;
    private long checkedAt;
    private Optional<Long> askedAt = Optional.empty();
    private boolean asks;
    private boolean open;

    ServerWatch(long answerMs, long now) {
        this.answerMs = answerMs;
        this.checkedAt = now;
    }

    void dialled(long now) {
        open = false;
        heardAt = now;
        dialledAt = now;
        asks = false;
        askedAt = Optional.empty();
    }

    /** @param everyMs the server's heartbeat, or 0 without one */
    void opened(long everyMs) {
        open = true;
        heartbeatMs = everyMs;
    }

    void heard(long now) {
        heardAt = now;
        asks = false;
        askedAt = Optional.empty();
    }

    /**
     * Checks a connection, at most every second.
     *
     * @param stalled whether an answer is missing for so long that the server has to be asked
     * @param ask sends a frame that the server answers, if the limits have room for it
     * @return why the connection is of no use any more
     */
    Optional<String> check(long now, boolean stalled, BooleanSupplier ask) {
        boolean asleep = now - checkedAt > ASLEEP_MS;
        checkedAt = now;
        if (!open) {
            return Optional.of("no answer in time").filter(any -> now - dialledAt > CONNECT_MS);
        }
        asks = asks || asleep || (stalled && askedAt.isEmpty());
        if (asks && ask.getAsBoolean()) {
            asks = false;
            askedAt = Optional.of(now);
        }
        boolean silent = askedAt.map(at -> now - at > answerMs)
                .orElse(heartbeatMs > 0 && now - heardAt > heartbeatMs * MISSED_HEARTBEATS + answerMs);
        return silent ? Optional.of("the server is silent") : Optional.empty();
    }
}
