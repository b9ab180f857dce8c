package dev.portcullis.ratelimit.login;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.login.LoginConfig.LoginLimit;
import dev.portcullis.ratelimit.login.LoginLimits.LoginDefences;
import dev.portcullis.ratelimit.login.LoginStep.Choice;
import dev.portcullis.ratelimit.login.LoginVerdict.LoginHistory;
import dev.portcullis.ratelimit.stuffing.KnownClients;
import dev.portcullis.ratelimit.stuffing.RecentItemStore;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.ratelimit.stuffing.StuffingConfig.Mode;
import dev.portcullis.ratelimit.stuffing.StuffingEvents;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The login defences in memory, as a test of another part needs them. */
public final class LoginFixture {
    public static final StuffingConfig STANDARD = config(Mode.ENFORCE);

    static final long NOON = 1_780_000_000_000L;

    private LoginFixture() {}

    static LoginConfig limits(
            boolean enabled, int attempts, int failures, boolean attemptsObserved, boolean failuresObserved) {
        return new LoginConfig(
                enabled,
                new LoginLimit("login", attempts, attemptsObserved),
                new LoginLimit("loginFailures", failures, failuresObserved),
                8);
    }

    public static LoginCounters counters(LongSupplier clock) {
        return new LoginCounters(new MemoryRowStore(clock));
    }

    /** Counts in all of these windows. @return 0, or how long until one fits */
    static long count(LoginCounters counters, LoginWindow... windows) throws Exception {
        Choice choice = new Choice(new LoginVerdict.Admitted(LoginHistory.NO_FAILURES), List.of(windows));
        return counters.count(List.of(choice)).await(30, TimeUnit.SECONDS).fold(admitted -> 0L, wait -> wait);
    }

    public static StuffingConfig config(Mode mode) {
        return new StuffingConfig(mode, 20, 10, 300_000, 900_000, 8, 8, 2_592_000_000L, 1_000);
    }

    public static LoginDefences defences(LongSupplier clock) {
        return defences(new MemoryRowStore(clock), clock);
    }

    static LoginDefences defences(RowStore rows, LongSupplier clock) {
        return defences(
                rows,
                STANDARD,
                loopback -> true,
                any -> false,
                ban -> Future.succeededFuture(Optional.of(ban)),
                event -> {},
                clock);
    }

    public static LoginDefences defences(
            StuffingConfig config,
            Predicate<AddressRange> shared,
            Function<Ban, Future<Optional<Ban>>> bans,
            Consumer<AuditEvent> events,
            LongSupplier clock) {
        return defences(config, shared, any -> false, bans, events, clock);
    }

    /**
     * @param shared where failures are only observed
     * @param office where logins are
     */
    public static LoginDefences defences(
            StuffingConfig config,
            Predicate<AddressRange> shared,
            Predicate<AddressRange> office,
            Function<Ban, Future<Optional<Ban>>> bans,
            Consumer<AuditEvent> events,
            LongSupplier clock) {
        return defences(new MemoryRowStore(clock), config, shared, office, bans, events, clock);
    }

    private static LoginDefences defences(
            RowStore rows,
            StuffingConfig config,
            Predicate<AddressRange> shared,
            Predicate<AddressRange> office,
            Function<Ban, Future<Optional<Ban>>> bans,
            Consumer<AuditEvent> events,
            LongSupplier clock) {
        return new LoginDefences(
                new KnownClients(rows, config),
                new StuffingLimits(
                        new RecentItemStore(rows),
                        config,
                        shared,
                        bans,
                        new StuffingEvents(
                                new Audit(new AuditConfig(10_000, 100), clock, events),
                                new Metrics(new SimpleMeterRegistry())),
                        clock),
                office);
    }
}
