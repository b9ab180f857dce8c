package dev.portcullis.edge.files;

import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.window.AddressWindows;
import dev.portcullis.resilience.MonotonicClock;
import io.vertx.core.http.HttpServerRequest;

/**
 * Few look-ups in the store for an address that has used up its budget: what it brings may be a proof that only the store knows, and
 * most of it is made up. Used from all event loops.
 */
public final class OwedLookups {
    private static final int A_MINUTE = 10;
    private static final int ADDRESSES = 10_000;

    private final RequestBudget budget;
    private final ClientAddress proxies;
    private final AddressWindows windows = new AddressWindows(Window.MINUTE, A_MINUTE, ADDRESSES);

    public OwedLookups(RequestBudget budget, ClientAddress proxies) {
        this.budget = budget;
        this.proxies = proxies;
    }

    /** @return 0 if the request may be looked up, else how long until one may */
    long waitMs(HttpServerRequest request) {
        return budget.isOwed(request)
                ? proxies.of(request)
                        .map(address -> windows.take(address.keys().narrowestFirst(), MonotonicClock.millis()))
                        .orElse(0L)
                : 0;
    }
}
