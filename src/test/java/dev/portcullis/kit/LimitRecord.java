package dev.portcullis.kit;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.Live;
import dev.portcullis.ratelimit.BlockBans;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimitVerticle;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** What limits record, and whom they ban. */
public final class LimitRecord {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RecordedEvents events = new RecordedEvents();
    private final List<Ban> bans = new CopyOnWriteArrayList<>();
    private final LongSupplier millis;

    public LimitRecord(LongSupplier millis) {
        this.millis = millis;
    }

    public ObservedLimits observed() {
        return new ObservedLimits(new Metrics(registry), new Audit(new AuditConfig(10_000, 1_000), millis, events));
    }

    /** Bans are recorded, and keep no user out. */
    public RateLimitVerticle.PenaltySinks sinks(Live<RateLimitConfig> config) {
        return new RateLimitVerticle.PenaltySinks(
                observed(),
                new BlockBans(
                        ban -> {
                            bans.add(ban);
                            return Future.succeededFuture(Optional.of(ban));
                        },
                        config,
                        millis));
    }

    public List<Ban> bans() {
        return List.copyOf(bans);
    }

    public List<Map<String, String>> events() {
        return events.all();
    }

    /** How many attempts passed this limit only because it observes. */
    public long observed(String limit) {
        return (long) registry.get("portcullis.limits.observed")
                .tag("limit", limit)
                .functionCounter()
                .count();
    }
}
