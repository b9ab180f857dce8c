package dev.portcullis.client;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.CloseCode.Retry;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Whether and when to come back after a cut. */
final class ReconnectPolicy {
    /** A refusal of what we are, not of the moment: the same request gets the same answer. */
    private static final Set<Integer> HOPELESS_STATUS = Set.of(400, 403, 404, 405, 413, 414, 426, 431);

    private static final int UNAUTHORIZED_STATUS = 401;
    private static final long LONGEST_WISH_MS = 3_600_000;

    private final Backoff backoff;
    private final long settledMs;
    private final LongSupplier millis;
    private long openedAt;
    private long slotAt;
    private boolean open;
    private boolean triedNewToken;

    /** @param settledMs how long a connection must have lived to count as a success */
    ReconnectPolicy(Backoff backoff, long settledMs, LongSupplier millis) {
        this.backoff = backoff;
        this.settledMs = settledMs;
        this.millis = millis;
    }

    void opened() {
        open = true;
        openedAt = millis.getAsLong();
    }

    /** The server has given this connection its slot to return in. */
    void draining(long reconnectInMs) {
        slotAt = Math.max(1, millis.getAsLong()) + Math.max(0, Math.min(reconnectInMs, LONGEST_WISH_MS));
    }

    Next after(Disconnect disconnect) {
        long now = millis.getAsLong();
        if (open && now - openedAt >= settledMs) {
            backoff.reset();
            triedNewToken = false;
        }
        open = false;
        Next next = judge(disconnect, now);
        slotAt = 0;
        return next;
    }

    private Next judge(Disconnect disconnect, long now) {
        return switch (retryAfter(disconnect)) {
            case NEVER -> new GiveUp();
            case WITH_NEW_TOKEN -> {
                // One new token for each refusal: a source that mints endlessly must not become a hammer.
                boolean again = triedNewToken;
                triedNewToken = true;
                yield again ? new GiveUp() : new RetryIn(backoff.next(), true);
            }
            case WITH_BACKOFF, AFTER_ITS_SLOT -> {
                if (slotAt > 0) {
                    backoff.reset(); // the slot spreads the crowd; what failed before it does not count
                }
                long wish = Math.min(disconnect.retryAfterMs(), LONGEST_WISH_MS);
                yield new RetryIn(Math.max(Math.max(0, slotAt - now), wish) + backoff.next(), false);
            }
        };
    }

    static Retry retryAfter(Disconnect disconnect) {
        return switch (disconnect.cause()) {
            case UNREACHED -> Retry.WITH_BACKOFF;
            case REFUSED ->
                HOPELESS_STATUS.contains(disconnect.code())
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
        return Retry.WITH_BACKOFF; // 1000, 1006 and what a proxy may invent
    }

    /** What to do now. */
    sealed interface Next {
        void accept(Consumer<RetryIn> retryIn, Runnable never);
    }

    /** @param needsNewToken come back only if the source gives another token than the last one */
    record RetryIn(long inMs, boolean needsNewToken) implements Next {
        @Override
        public void accept(Consumer<RetryIn> retryIn, Runnable never) {
            retryIn.accept(this);
        }
    }

    record GiveUp() implements Next {
        @Override
        public void accept(Consumer<RetryIn> retryIn, Runnable never) {
            never.run();
        }
    }
}
