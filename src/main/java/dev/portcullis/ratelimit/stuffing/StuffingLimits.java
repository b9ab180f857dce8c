package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.bus.Bus;
import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.ratelimit.stuffing.RecentItemStore.RecentSet;
import dev.portcullis.ratelimit.stuffing.StuffingConfig.Mode;
import dev.portcullis.ratelimit.stuffing.StuffingEvents.StuffingSign;
import dev.portcullis.ratelimit.stuffing.StuffingLimiter.Counted;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Counts by address the accounts that logins fail for, and the forged tokens (CWE-307, OWASP credential stuffing). An
 * account counts once, however often it fails, and no longer once its user got in: people mistype, and then succeed.
 */
public final class StuffingLimits {
    private static final String REASON = "credential_stuffing";

    private final RecentItemStore store;
    private final StuffingConfig config;
    private final Predicate<AddressRange> shared;
    private final Function<Ban, Future<Optional<Ban>>> bans;
    private final StuffingEvents events;
    private final LongSupplier clock;

    /**
     * @param shared addresses that stand for many clients: what they do is only observed
     * @param bans puts a ban in force; empty where that is not possible
     * @param clock milliseconds since 1970
     */
    public StuffingLimits(
            RecentItemStore store,
            StuffingConfig config,
            Predicate<AddressRange> shared,
            Function<Ban, Future<Optional<Ban>>> bans,
            StuffingEvents events,
            LongSupplier clock) {
        this.store = store;
        this.config = config;
        this.shared = shared;
        this.bans = bans;
        this.events = events;
        this.clock = clock;
    }

    /** @param instance of the stage */
    public Future<?> answer(Bus bus, int instance) {
        return bus.answer(
                StuffingLimiter.TOKEN_REFUSED,
                instance,
                token -> tokenRefused(token.address()).map(Counted::new));
    }

    /**
     * Counts a login with a wrong password, before its client learns that it is wrong.
     *
     * @param address the keys of the client's address
     * @param account the key of the account
     * @return the milliseconds for which the client is refused; empty if it may try again
     */
    public Future<Optional<Long>> loginFailed(List<String> address, String account) {
        return count(StuffingSign.ACCOUNTS, address, account);
    }

    /** Each forged token counts, also one that comes again: no client that heeds its refusal sends it twice. */
    public Future<Optional<Long>> tokenRefused(List<String> address) {
        return count(
                StuffingSign.TOKENS,
                address,
                Long.toHexString(ThreadLocalRandom.current().nextLong()));
    }

    /** The user of the account got in: its failures before were mistakes. */
    public Future<Void> loginSucceeded(List<String> address, String account) {
        return config.isOn() && !address.isEmpty()
                ? store.remove(setsOf(StuffingSign.ACCOUNTS, address), account)
                : Future.succeededFuture();
    }

    private Future<Optional<Long>> count(StuffingSign sign, List<String> address, String item) {
        return config.isOn() && !address.isEmpty()
                ? store.add(setsOf(sign, address), item)
                        .compose(waits -> judge(sign, ClientNetworks.of(address), waits))
                : Future.succeededFuture(Optional.empty());
    }

    private Future<Optional<Long>> judge(StuffingSign sign, List<String> networks, List<Long> waits) {
        int widest = lastFull(waits);
        if (widest < 0) {
            return Future.succeededFuture(Optional.empty());
        }
        String network = networks.get(widest);
        boolean enforced = config.mode() == Mode.ENFORCE && !isShared(networks.get(0));
        events.crossed(sign, network, enforced ? Mode.ENFORCE : Mode.OBSERVE);
        return enforced
                ? ban(network).map(lasts -> Optional.of(lasts.orElse(waits.get(widest))))
                : Future.succeededFuture(Optional.empty());
    }

    /** How long the ban lasts; empty if there is none. Its failure must not let the attempt pass. */
    private Future<Optional<Long>> ban(String network) {
        long now = clock.getAsLong();
        return AddressRange.parse(network)
                .map(range ->
                        new Ban(new BanTarget.OfAddresses(range), Ban.Origin.RULE, REASON, now + config.banMs(), now))
                .map(ban -> bans.apply(ban)
                        .map(inForce -> inForce.map(each -> Math.min(each.until() - now, config.banMs())))
                        .otherwise(Optional.empty()))
                .orElse(Future.succeededFuture(Optional.empty()));
    }

    private boolean isShared(String network) {
        return AddressRange.parse(network).filter(shared).isPresent();
    }

    private static int lastFull(List<Long> waits) {
        int last = waits.size() - 1;
        while (last >= 0 && waits.get(last) == 0) {
            last--;
        }
        return last;
    }

    private List<RecentSet> setsOf(StuffingSign sign, List<String> address) {
        String kind = sign == StuffingSign.ACCOUNTS ? "ga:" : "gt:";
        int max = sign == StuffingSign.ACCOUNTS ? config.accounts() : config.tokens();
        List<Integer> bounds = List.of(max, config.site(max), config.wide(max));
        List<String> networks = ClientNetworks.of(address);
        return IntStream.range(0, networks.size())
                .mapToObj(i -> new RecentSet(kind + networks.get(i), bounds.get(i), config.windowMs()))
                .toList();
    }
}
