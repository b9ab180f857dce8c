package dev.portcullis.edge.handshake;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.window.AddressWindows;
import java.util.List;

/**
 * The attempts to open a connection that counted for their address, and turned out to be those of users. Each lets one more
 * attempt of that address on this node pass uncounted within a minute. So any number of users behind an address get in, who have
 * limits of their own. Without a user the address may fail as often as before, or up to twice as often if as many users have
 * just connected. Used from all event loops.
 */
public final class GivenBackAttempts {
    private final AddressWindows byAddress;

    public GivenBackAttempts(Live<RateLimitConfig> config) {
        this.byAddress = new AddressWindows(
                Window.MINUTE,
                () -> config.get().limits().handshakes().max(),
                () -> 1,
                config.get().tracking().addresses());
    }

    /** No more than can have counted, whatever the clients do: a limit that only observes grants any number of attempts. */
    void giveBack(String address, long now) {
        byAddress.take(List.of(address), now);
    }

    /** @return whether an attempt was given back, whose place the next one takes */
    boolean take(String address, long now) {
        return byAddress.giveBack(List.of(address), now);
    }
}
