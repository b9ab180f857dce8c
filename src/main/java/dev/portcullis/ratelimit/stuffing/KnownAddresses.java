package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.ratelimit.recent.RecentItemStore;
import dev.portcullis.ratelimit.recent.RecentSet;
import io.vertx.core.Future;
import java.util.List;

/**
 * From which addresses has each account logged in? Else anyone who knows a user's e-mail address could keep that user
 * out, by failing again and again (CWE-645). Only the right password makes an address known.
 */
public final class KnownAddresses {
    private final RecentItemStore store;
    private final StuffingConfig config;

    public KnownAddresses(RecentItemStore store, StuffingConfig config) {
        this.store = store;
        this.config = config;
    }

    /** @param address the keys of the client's address, of which its own counts */
    public Future<Boolean> knows(String account, List<String> address) {
        return address.isEmpty() ? Future.succeededFuture(false) : store.has(set(account), address.get(0));
    }

    /** Is best effort: without it the next login from there is that of a stranger. */
    public Future<Void> remember(String account, List<String> address) {
        return address.isEmpty()
                ? Future.succeededFuture()
                : store.add(List.of(set(account)), address.get(0))
                        .<Void>mapEmpty()
                        .otherwiseEmpty();
    }

    private RecentSet set(String account) {
        return new RecentSet("kn:" + account, config.knownAddresses(), config.knownMs());
    }
}
