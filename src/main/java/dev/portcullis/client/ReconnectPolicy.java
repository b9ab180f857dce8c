package dev.portcullis.client;

import dev.portcullis.client.pace.Backoff;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.CloseCode.Retry;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Whether and when to reconnect. */
final class ReconnectPolicy {
    /** Permanent refusals: the same request gets the same answer. */
    private static final Set<Integer> PERMANENT_STATUS = Set.of(400, 403, 404, 405, 413, 414, 426, 431);

    private static final int UNAUTHORIZED_STATUS = 401;
    static final long MAX_SERVER_WAIT_MS = 3_600_000;

    private final Backoff backoff;
    private final long stableMs;
    private final LongSupplier millis;
    private long openedAt;
    private long slotAt;
    private long limitedMs;
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

    /** The server has refused a session for a time. */
    void limited(long retryAfterMs) {
        limitedMs = retryAfterMs;
    }

    /** Empty if there is no sense in another attempt. */
    Optional<RetryIn> after(Disconnect disconnect) {
        long now = millis.getAsLong();
        if (open && now - openedAt >= stableMs) {
            backoff.reset();
            triedNewToken = false;
        }
        open = false;
        Optional<RetryIn> next = decide(disconnect, now);
        slotAt = 0;
        limitedMs = 0;
        return next;
    }

    private Optional<RetryIn> decide(Disconnect disconnect, long now) {
        return switch (retryAfter(disconnect)) {
            case NEVER -> Optional.empty();
            case WITH_NEW_TOKEN -> {
                // One new token for each refusal, so that a source with endless tokens does not flood the server.
                boolean usedBefore = triedNewToken;
                triedNewToken = true;
                yield usedBefore ? Optional.empty() : Optional.of(new RetryIn(waitMs(disconnect, now), true));
            }
            case WITH_BACKOFF, AFTER_ITS_SLOT -> Optional.of(new RetryIn(waitMs(disconnect, now), false));
        };
    }

    private long waitMs(Disconnect disconnect, long now) {
        if (slotAt > 0) {
            backoff.reset(); // the slot spreads the clients already; earlier failures don't count
        }
        long serverWaitMs = Math.min(Math.max(limitedMs, disconnect.retryAfterMs()), MAX_SERVER_WAIT_MS);
        return Math.max(Math.max(0, slotAt - now), serverWaitMs) + backoff.next();
    }

    static Retry retryAfter(Disconnect disconnect) {
        return switch (disconnect.cause()) {
            case UNREACHABLE -> Retry.WITH_BACKOFF;
            case REFUSED ->
                PERMANENT_STATUS.contains(disconnect.code())
                        ? Retry.NEVER
                        : disconnect.code() == UNAUTHORIZED_STATUS ? Retry.WITH_NEW_TOKEN : Retry.WITH_BACKOFF;
            case CLOSED -> retryAfterClose(disconnect);
        };
    }

    private static Retry retryAfterClose(Disconnect disconnect) {
        for (CloseCode known : CloseCode.values()) {
            // A proxy that stops says 1001 too.
            boolean isOurs = known != CloseCode.GOING_AWAY || known.phrase().equals(disconnect.reason());
            if (known.code() == disconnect.code() && isOurs) {
                return known.retry();
            }
        }
        return Retry.WITH_BACKOFF; // 1000, 1006 and codes that a proxy makes up
    }

    /** @param needsNewToken reconnect only if the source returns another token than the last one */
    record RetryIn(long inMs, boolean needsNewToken) {}
}
