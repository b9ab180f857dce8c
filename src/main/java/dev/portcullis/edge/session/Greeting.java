package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.ratelimit.RateLimitConfig.Effective;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.streams.InboxStore.Delivery;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Makes the first frame of a session: it tells the client its identity and its limits.
 *
 * @param heartbeatMs time between two pings
 * @param frameBytes size of the largest frame that a client may send
 * @param longestExpiryMs how long after its time a message may end by itself
 */
public record Greeting(
        RateLimiter limiter, long heartbeatMs, int frameBytes, long longestExpiryMs, LongSupplier clock) {

    /** @param inbox how far the user's inbox is delivered */
    ServerFrame.AuthSuccess of(Session session, Delivery inbox, Optional<String> id) {
        Effective limits = limiter.effective(session.sender().role());
        return new ServerFrame.AuthSuccess(
                id,
                session.sender().userId(),
                session.id(),
                session.sender().role(),
                Optional.empty(),
                session.expiresAt(),
                clock.getAsLong(),
                heartbeatMs,
                new ServerFrame.Limits(
                        limits.burst(), limits.minute(), limits.hour(), frameBytes, longestExpiryMs, limits.actions()),
                inbox.head(),
                inbox.gap() > 0 ? Optional.of(new ServerFrame.Gap(inbox.since(), inbox.gap())) : Optional.empty());
    }
}
