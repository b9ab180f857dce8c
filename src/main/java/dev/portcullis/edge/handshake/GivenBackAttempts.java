package dev.portcullis.edge.handshake;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.window.BoundedIdleMap;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.List;

/**
 * The attempts to open a connection that counted for their address, and turned out to be those of users. Each lets one more
 * attempt of that address on this node pass uncounted within a minute. So any number of users behind an address get in, who have
 * limits of their own. Without a user the address may fail as often as before, or up to twice as often if as many users have
 * just connected. Used from all event loops.
 */
public final class GivenBackAttempts {
    /** More than are added, so that addresses that left don't pile up. */
    private static final int SWEPT = 2;

    private final Live<RateLimitConfig> config;
    private final BoundedIdleMap<SlidingWindow> byAddress;

    public GivenBackAttempts(Live<RateLimitConfig> config) {
        this.config = config;
        this.byAddress =
                new BoundedIdleMap<>(config.get().tracking().addresses(), (window, now) -> window.total(now) == 0);
    }

    /** No more than can have counted, whatever the clients do: a limit that only observes grants any number of attempts. */
    synchronized void giveBack(String address, long now) {
        byAddress.sweep(now, SWEPT);
        byAddress.makeRoomFor(List.of(address));
        SlidingWindow window = byAddress.make(address, () -> new SlidingWindow(Window.MINUTE));
        if (window.total(now) < config.get().limits().handshakes().max()) {
            window.count(now, 1);
        }
    }

    /** @return whether an attempt was given back, whose place the next one takes */
    synchronized boolean take(String address, long now) {
        boolean any = byAddress
                .find(address)
                .filter(window -> window.total(now) > 0)
                .map(window -> {
                    window.takeBack(now);
                    return true;
                })
                .isPresent();
        byAddress.removeIdle(address, now);
        return any;
    }
}
