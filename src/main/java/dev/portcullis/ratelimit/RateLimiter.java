package dev.portcullis.ratelimit;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Live;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.EventAction;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.AddressAttempt;
import dev.portcullis.ratelimit.RateLimitConfig.Effective;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The client of this stage. Sends each attempt once and never again: an attempt may have counted although its answer
 * was lost.
 */
public final class RateLimiter {
    static final Question<FrameAttempt, Verdict> ADMIT = new Question<>(
            Stage.RATELIMIT,
            "admit",
            FrameAttempt.class,
            Verdict.class,
            attempt -> attempt.user().value().hashCode());

    static final Question<AddressAttempt, Verdict> ADMIT_ADDRESS = new Question<>(
            Stage.RATELIMIT,
            "admit-address",
            AddressAttempt.class,
            Verdict.class,
            attempt -> attempt.network().orElse(attempt.address()).hashCode());

    private static final Future<Verdict> GRANTED = Future.succeededFuture(Verdict.GRANTED);

    private final Bus bus;
    private final Live<RateLimitConfig> config;
    private final LimitPolicy policy;
    private final ObservedLimits observed;
    private volatile EffectiveLimits effective;

    /** The limits of each role, by one configuration. */
    private record EffectiveLimits(RateLimitConfig config, Map<Role, Effective> byRole) {
        static EffectiveLimits of(RateLimitConfig config) {
            Map<Role, Effective> byRole = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                byRole.put(role, config.effective(role));
            }
            return new EffectiveLimits(config, byRole);
        }
    }

    public RateLimiter(Bus bus, Live<RateLimitConfig> config, ObservedLimits observed) {
        this.bus = bus;
        this.config = config;
        this.policy = new LimitPolicy(config);
        this.observed = observed;
        this.effective = EffectiveLimits.of(config.get());
    }

    /**
     * Grants a frame at once if no limit of this stage counts its type, unless its connection has bytes to report.
     * Fails only with a {@link BusFailure}.
     *
     * @param weight how much the frame counts in its action's row
     */
    public Future<Verdict> admit(Sender from, FrameType action, int weight, UnreportedBytes bytes) {
        return admit(from, action, Optional.empty(), weight, bytes);
    }

    /** Admits a frame that was sent under an alias, if there is one: it counts in the row of the alias, too. */
    public Future<Verdict> admit(
            Sender from, FrameType action, Optional<FrameAlias> alias, int weight, UnreportedBytes bytes) {
        RateLimitConfig current = config.get();
        if (!current.enabled() || !(current.limits().countsEach(action) || alias.isPresent() || bytes.due())) {
            return GRANTED;
        }
        FrameAttempt attempt = FrameAttempt.of(from.userId(), from.role(), action, weight, bytes.take());
        return ask(alias.isPresent() ? attempt.under(alias) : attempt, bytes);
    }

    /** Counts a call over HTTP like a frame of this type. Its bytes have bounds of their own. */
    public Future<Verdict> admitCall(Sender from, FrameType like) {
        return admit(from, like, 1, new UnreportedBytes(Integer.MAX_VALUE));
    }

    /** Counts a call that has a limit of its own. */
    public Future<Verdict> admitCall(Sender from, CallAction call) {
        return config.get().enabled()
                ? ask(FrameAttempt.of(from.userId(), from.role(), call), new UnreportedBytes(Integer.MAX_VALUE))
                : GRANTED;
    }

    /** Reports the bytes of frames that are answered already, once there are many. Does not wait for the answer. */
    public void report(Sender from, UnreportedBytes bytes) {
        if (config.get().enabled() && bytes.worthReport()) {
            bytes.reporting(true);
            ask(FrameAttempt.report(from.userId(), from.role(), bytes.take()), bytes)
                    .onComplete(any -> bytes.reporting(false));
        }
    }

    /**
     * Reports what a connection's budget refused. A block that began there counts for the user on all nodes, or one who
     * reconnects for each block would never be banned. Does not wait for the answer.
     */
    public void report(Sender from, Limited refusal, UnreportedBytes bytes) {
        if (refusal.penalty().isPresent()) {
            ask(FrameAttempt.reportBlock(from.userId(), from.role(), bytes.take(), refusal.window()), bytes);
        } else {
            report(from, bytes);
        }
    }

    /** Records a frame that exceeds the connection's limit, which only observes. */
    public void observed(Sender from) {
        observed.exceeded(config.get().limits().connection().id(), from.userId());
    }

    /** Reports the rest of a closed connection, so that a user gains nothing by reconnecting. */
    public void reportLast(Sender from, UnreportedBytes bytes) {
        if (config.get().enabled() && bytes.dueAtClose()) {
            ask(FrameAttempt.report(from.userId(), from.role(), bytes.take()), bytes);
        }
    }

    /** Admits an event of the application: where that has a limit of its own, it counts in the row of that, too. */
    public Future<Verdict> admitEvent(Sender from, String event, UnreportedBytes bytes) {
        RateLimitConfig current = config.get();
        if (!current.enabled()) {
            return GRANTED;
        }
        FrameAttempt attempt = FrameAttempt.of(from.userId(), from.role(), FrameType.EVENT, 1, bytes.take());
        boolean limited = current.limits().actionRow(new EventAction(event)).isPresent();
        return ask(limited ? attempt.of(event) : attempt, bytes);
    }

    private Future<Verdict> ask(FrameAttempt attempt, UnreportedBytes bytes) {
        return bus.ask(ADMIT, attempt)
                .compose(
                        verdict -> {
                            bytes.onVerdict(verdict);
                            return Future.succeededFuture(verdict);
                        },
                        failure -> withoutAnswer(failure, config.get().limits().rowsOf(attempt)));
    }

    /** @param keys the address, then the wider network that it counts for, if any */
    public Future<Verdict> admitAddress(List<String> keys) {
        if (!config.get().enabled()) {
            return GRANTED;
        }
        return bus.ask(ADMIT_ADDRESS, new AddressAttempt(keys))
                .recover(failure ->
                        withoutAnswer(failure, List.of(config.get().limits().handshakes())));
    }

    /** The limits of a role, which each session is told when it begins. */
    public Effective effective(Role role) {
        RateLimitConfig current = config.get();
        EffectiveLimits known = effective;
        if (!known.config().equals(current)) {
            known = EffectiveLimits.of(current);
            effective = known;
        }
        return Objects.requireNonNull(known.byRole().get(role));
    }

    /** A stage that answered with a failure was reachable and has a bug: no failure mode is meant for that. */
    private Future<Verdict> withoutAnswer(Throwable failure, List<LimitRow> rows) {
        Future<Verdict> failed = Future.failedFuture(failure);
        return failure instanceof BusFailure busFailure && busFailure.kind() != Kind.FAILED
                ? policy.decideWithoutStore(rows).fold(() -> GRANTED, closed -> failed)
                : failed;
    }
}
