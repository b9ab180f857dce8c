package dev.portcullis.ratelimit.login;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.AuditSink;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.recent.EmbeddedRecentItemStore;
import dev.portcullis.ratelimit.stuffing.KnownClients;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.ratelimit.stuffing.StuffingConfig.Mode;
import dev.portcullis.ratelimit.stuffing.StuffingEvents;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The login defences in memory, as a test of another part needs them. */
public final class LoginFixture {
    public static final StuffingConfig STANDARD = config(Mode.ENFORCE);

    private LoginFixture() {}

    public static StuffingConfig config(Mode mode) {
        return new StuffingConfig(mode, 20, 10, 300_000, 900_000, 8, 8, 2_592_000_000L, 1_000);
    }

    public static LoginDefences defences(LongSupplier clock) {
        return defences(
                STANDARD, loopback -> true, ban -> Future.succeededFuture(Optional.of(ban)), event -> {}, clock);
    }

    public static LoginDefences defences(
            StuffingConfig config,
            Predicate<AddressRange> shared,
            Function<Ban, Future<Optional<Ban>>> bans,
            AuditSink events,
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
            AuditSink events,
            LongSupplier clock) {
        return new LoginDefences(
                new KnownClients(new EmbeddedRecentItemStore(1_000, clock), config),
                new StuffingLimits(
                        new EmbeddedRecentItemStore(1_000, clock),
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
