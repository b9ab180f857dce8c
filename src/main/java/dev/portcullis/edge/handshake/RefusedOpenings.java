package dev.portcullis.edge.handshake;

import dev.portcullis.ratelimit.window.BoundedIdleMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Addresses that are refused clients of Socket.IO, which can't prove who they are before their session is open. Where that goes
 * on, others of the address use up what it may do, and the next ones come in on trial. A client that only erred is told to wait
 * first. Used from all event loops.
 */
public final class RefusedOpenings {
    private static final long TRIAL_AFTER_MS = TimeUnit.SECONDS.toMillis(1);
    private static final long FORGOTTEN_MS = TimeUnit.MINUTES.toMillis(1);

    /** More than are added, so that addresses that left don't pile up. */
    private static final int SWEPT = 2;

    private final BoundedIdleMap<Refusals> byAddress;

    private static final class Refusals {
        private final long since;
        private long last;

        private Refusals(long since) {
            this.since = since;
            this.last = since;
        }

        private boolean isOver(long now) {
            return now - last >= FORGOTTEN_MS;
        }
    }

    /** @param addresses the number of addresses that are remembered; the one refused longest ago is forgotten first */
    public RefusedOpenings(int addresses) {
        this.byAddress = new BoundedIdleMap<>(addresses, Refusals::isOver);
    }

    /** An address is refused one more. @return whether that goes on for long enough */
    synchronized boolean goOn(String address, long now) {
        byAddress.removeIdle(address, now);
        byAddress.sweep(now, SWEPT);
        byAddress.makeRoomFor(List.of(address));
        Refusals refusals = byAddress.make(address, () -> new Refusals(now));
        refusals.last = now;
        return now - refusals.since >= TRIAL_AFTER_MS;
    }
}
