package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.ratelimit.recent.RecentItemStore;
import dev.portcullis.ratelimit.recent.RecentSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Remembers with which devices, and from which addresses, each account has logged in. Without it anyone who knows a user's
 * e-mail address could keep that user out, by failing repeatedly (CWE-645). Only the right password makes either known. A
 * device is known by a token that only it has, so it is told from others behind the same address.
 */
public final class KnownClients {
    private final RecentItemStore store;
    private final StuffingConfig config;

    public KnownClients(RecentItemStore store, StuffingConfig config) {
        this.store = store;
        this.config = config;
    }

    /** @param address the keys of the client's address, of which its own counts */
    public Future<Boolean> knowsAddress(String account, List<String> address) {
        return address.isEmpty() ? Future.succeededFuture(false) : store.has(addresses(account), address.get(0));
    }

    /** @param device the token that the client brings */
    public Future<Boolean> knowsDevice(String account, Optional<String> device) {
        return device.map(each -> store.has(devices(account), each)).orElseGet(() -> Future.succeededFuture(false));
    }

    /** Remembers at best effort: if it fails, the next login from there counts as a stranger's. */
    public Future<?> remember(String account, List<String> address, Optional<String> device) {
        return Future.join(
                        address.isEmpty() ? Future.succeededFuture() : add(addresses(account), address.get(0)),
                        device.map(each -> add(devices(account), each)).orElseGet(Future::succeededFuture))
                .otherwiseEmpty();
    }

    /** Forgets all others. Is best effort, too. */
    public Future<?> rememberOnly(String account, List<String> address, Optional<String> device) {
        return Future.join(store.clear(addresses(account)), store.clear(devices(account)))
                .transform(any -> remember(account, address, device));
    }

    private Future<Void> add(RecentSet set, String item) {
        return store.add(List.of(set), item).mapEmpty();
    }

    private RecentSet addresses(String account) {
        return set("kn:" + account);
    }

    private RecentSet devices(String account) {
        return set("kd:" + account);
    }

    private RecentSet set(String key) {
        return new RecentSet(key, config.knownAddresses(), config.knownMs());
    }
}
