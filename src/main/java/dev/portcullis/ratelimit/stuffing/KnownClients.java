package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Remembers with which devices, and from which addresses, each account has logged in. Without it anyone who knows a user's
 * e-mail address could keep that user out, by failing repeatedly (CWE-645). Only the right password makes either known, so there
 * is one row for each account. A device is known by a token that only it has, so it is told from others behind the same address.
 */
public final class KnownClients {
    private static final RowForm<Clients> FORM = RowForm.of(Clients.class);

    private final RowStore rows;
    private final StuffingConfig config;

    /** The clients of an account. */
    record Clients(RecentItems addresses, RecentItems devices) {
        private static final Clients NONE = new Clients(RecentItems.NONE, RecentItems.NONE);
    }

    /** How an account knows a client. */
    public enum Familiarity {
        DEVICE,
        ADDRESS,
        NONE
    }

    public KnownClients(RowStore rows, StuffingConfig config) {
        this.rows = rows;
        this.config = config;
    }

    /**
     * How an account knows a client: a device rather than an address.
     *
     * @param address the keys of the client's address, of which its own counts
     * @param device the token that the client brings
     */
    public Future<Familiarity> find(String account, List<String> address, Optional<String> device) {
        RowKey row = rowOf(account);
        return rows.read(Lanes.of(account), ReadSet.of(row)).map(found -> {
            Clients known = decoded(found.get(row), found.now());
            if (device.filter(known.devices()::has).isPresent()) {
                return Familiarity.DEVICE;
            }
            return address.stream().limit(1).anyMatch(known.addresses()::has) ? Familiarity.ADDRESS : Familiarity.NONE;
        });
    }

    /** Remembers at best effort: if it fails, the next login from there counts as a stranger's. */
    public Future<?> remember(String account, List<String> address, Optional<String> device) {
        RowKey row = rowOf(account);
        return rows.change(Lanes.of(account), ReadSet.of(row), found -> {
                    Clients known = decoded(found.get(row), found.now());
                    return RowStep.done(known, put(account, with(known, address, device, found.now()), found.now()));
                })
                .otherwiseEmpty();
    }

    /** Forgets all others. Is best effort, too. */
    public Future<?> rememberOnly(String account, List<String> address, Optional<String> device) {
        return rows.change(
                        Lanes.of(account),
                        ReadSet.NONE,
                        found -> RowStep.done(
                                account, put(account, with(Clients.NONE, address, device, found.now()), found.now())))
                .otherwiseEmpty();
    }

    private Clients with(Clients known, List<String> address, Optional<String> device, long now) {
        return new Clients(
                address.stream()
                        .findFirst()
                        .map(own -> known.addresses().with(own, config.knownAddresses(), now))
                        .orElse(known.addresses()),
                device.map(token -> known.devices().with(token, config.knownAddresses(), now))
                        .orElse(known.devices()));
    }

    private WriteSet put(String account, Clients clients, long now) {
        long end = Math.max(
                clients.addresses().end(config.knownMs()), clients.devices().end(config.knownMs()));
        return end > now
                ? WriteSet.NONE.putFor(rowOf(account), FORM.encode(clients), end - now)
                : WriteSet.NONE.remove(rowOf(account));
    }

    private Clients decoded(Optional<String> row, long now) {
        Clients clients = row.map(FORM::decode).orElse(Clients.NONE);
        return new Clients(
                clients.addresses().at(now, config.knownMs()), clients.devices().at(now, config.knownMs()));
    }

    private static RowKey rowOf(String account) {
        return RowKey.of("known_clients", account);
    }
}
