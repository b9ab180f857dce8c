package dev.portcullis.ratelimit;

import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.AddressAttempt;
import dev.portcullis.ratelimit.CounterStore.Admission;
import dev.portcullis.ratelimit.ban.BanService;
import dev.portcullis.ratelimit.login.LoginCounters;
import dev.portcullis.ratelimit.login.LoginLimits;
import dev.portcullis.ratelimit.login.LoginLimits.LoginDefences;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of {@link RateLimiter}. The instances of a node share one store. */
public final class RateLimitVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RateLimitVerticle.class);

    private final int instance;
    private final Bus bus;
    private final CounterStore store;
    private final Live<RateLimitConfig> config;
    private final LimitPolicy policy;
    private final LoginLimits logins;
    private final BanService bans;
    private final PenaltySinks sinks;

    /** The sinks of counts and penalties. */
    public record PenaltySinks(ObservedLimits observed, BlockBans bans) {}

    public RateLimitVerticle(
            int instance,
            Bus bus,
            CounterStore store,
            LoginCounters logins,
            LoginDefences defences,
            BanService bans,
            Live<RateLimitConfig> config,
            PenaltySinks sinks) {
        this.instance = instance;
        this.bus = bus;
        this.store = store;
        this.config = config;
        this.policy = new LimitPolicy(config);
        this.bans = bans;
        this.logins = new LoginLimits(logins, defences, () -> config.get().login(), sinks.observed());
        this.sinks = sinks;
    }

    @Override
    public Future<?> start() {
        if (instance == 0) {
            TimersInStep.every(vertx, config.get().tracking().sweepMs(), timer -> sweep());
        }
        return Future.all(
                logins.answer(bus, instance),
                bans.answer(instance),
                bus.answer(RateLimiter.ADMIT, instance, this::admit),
                bus.answer(RateLimiter.ADMIT_ADDRESS, instance, this::admitAddress));
    }

    private Future<Verdict> admit(FrameAttempt attempt) {
        return store.admit(attempt)
                .compose(
                        admission -> Future.succeededFuture(conclude(attempt, admission)),
                        failure -> withoutStore(failure, config.get().limits().rowsOf(attempt)));
    }

    private Future<Verdict> admitAddress(AddressAttempt attempt) {
        return store.admitAddress(attempt)
                .compose(
                        admission -> Future.succeededFuture(conclude(attempt, admission)),
                        failure -> withoutStore(
                                failure, List.of(config.get().limits().handshakes())));
    }

    private Verdict conclude(FrameAttempt attempt, Admission admission) {
        admission.observed().forEach(row -> sinks.observed().exceeded(row.id(), attempt.user()));
        if (admission.banDue()) {
            sinks.bans().ban(attempt.user());
        }
        return admission.verdict();
    }

    private Verdict conclude(AddressAttempt attempt, Admission admission) {
        admission.observed().forEach(row -> sinks.observed().exceeded(row.id(), attempt.address()));
        return admission.verdict();
    }

    /** Only a failed store is an outage: a bug must not count as one. */
    private Future<Verdict> withoutStore(Throwable failure, List<LimitRow> rows) {
        return failure instanceof StoreFailure
                ? Future.succeededFuture(policy.decideWithoutStore(rows))
                : Future.failedFuture(failure);
    }

    private void sweep() {
        store.sweep()
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("event", "ratelimit.sweep.failed")
                        .addKeyValue("cause", failure.getClass().getName())
                        .log("idle counters could not be removed"));
    }
}
