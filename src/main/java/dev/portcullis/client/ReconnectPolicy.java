package dev.portcullis.client;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.CloseCode.Retry;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Whether and when to reconnect. */
final class ReconnectPolicy {
    /** Permanent refusals: the same request gets the same answer. */
    private static final Set<Integer> PERMANENT_STATUS = Set.of(400, 403, 404, 405, 413, 414, 426, 431);

    private static final int UNAUTHORIZED_STATUS = 401;
    private static final long MAX_SERVER_WAIT_MS = 3_600_000;

    private final Backoff backoff;
    private final long stableMs;
    private final LongSupplier millis;
    private long openedAt;
    private long slotAt;
    private boolean open;
    private boolean triedNewToken;

    /** @param stableMs how long a connection must last to count as a success */
    ReconnectPolicy(Backoff backoff, long stableMs, LongSupplier millis) {
        this.backoff = backoff;
        this.stableMs = stableMs;
        this.millis = millis;
    }

    void opened() {
        open = true;
        openedAt = millis.getAsLong();
    }

    /** The server has assigned this connection a time slot to reconnect in. */
    void draining(long reconnectInMs) {
        slotAt = Math.max(1, millis.getAsLong()) + Math.max(0, Math.min(reconnectInMs, MAX_SERVER_WAIT_MS));
    }

    Next after(Disconnect disconnect) {
        long now = millis.getAsLong();
        if (open && now - openedAt >= stableMs) {
            backoff.reset();
            triedNewToken = false;
        }
        open = false;
        Next next = decide(disconnect, now);
        slotAt = 0;
        return next;
    }

    private Next decide(Disconnect disconnect, long now) {
        return switch (retryAfter(disconnect)) {
            case NEVER -> new GiveUp();
            case WITH_NEW_TOKEN -> {
                // One new token for each refusal, so that a source with endless tokens does not flood the server.
                boolean usedBefore = triedNewToken;
                triedNewToken = true;
                yield usedBefore ? new GiveUp() : new RetryIn(backoff.next(), true);
            }
            case WITH_BACKOFF, AFTER_ITS_SLOT -> {
                if (slotAt > 0) {
                    backoff.reset(); // the slot spreads the clients already; earlier failures don't count
                }
                long serverWaitMs = Math.min(disconnect.retryAfterMs(), MAX_SERVER_WAIT_MS);
                yield new RetryIn(Math.max(Math.max(0, slotAt - now), serverWaitMs) + backoff.next(), false);
            }
        };
    }

    static Retry retryAfter(Disconnect disconnect) {
        return switch (disconnect.cause()) {
            case UNREACHABLE -> Retry.WITH_BACKOFF;
            case REFUSED ->
                PERMANENT_STATUS.contains(disconnect.code())
                        ? Retry.NEVER
                        : disconnect.code() == UNAUTHORIZED_STATUS ? Retry.WITH_NEW_TOKEN : Retry.WITH_BACKOFF;
            case CLOSED -> retryAfterClose(disconnect.code());
        };
    }

    private static Retry retryAfterClose(int code) {
        for (CloseCode known : CloseCode.values()) {
            if (known.code() == code) {
                return known.retry();
            }
        }
        return Retry.WITH_BACKOFF; // 1000, 1006 and codes that a proxy makes up
    }

    /** The decision after a disconnect. */
    sealed interface Next {
        void accept(Consumer<RetryIn> retryIn, Runnable giveUp);
    }

    /** @param needsNewToken reconnect only if the source returns another token than the last one */
    record RetryIn(long inMs, boolean needsNewToken) implements Next {
        @Override
        public void accept(Consumer<RetryIn> retryIn, Runnable giveUp) {
            retryIn.accept(this);
        }
    }

    record GiveUp() implements Next {
        @Override
        public void accept(Consumer<RetryIn> retryIn, Runnable giveUp) {
            giveUp.run();
        }
    }
}
