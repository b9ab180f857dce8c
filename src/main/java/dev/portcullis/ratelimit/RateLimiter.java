package dev.portcullis.ratelimit;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.RateLimitConfig.Effective;
import io.vertx.core.Future;
import java.util.List;

/** Asks whether somebody may do this much. An attempt is asked once and never again: a lost answer may have counted. */
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
    private final RateLimitConfig config;
    private final LimitPolicy policy;

    public RateLimiter(Bus bus, RateLimitConfig config) {
        this.bus = bus;
        this.config = config;
        this.policy = new LimitPolicy(config);
    }

    /**
     * A frame whose type no limit of this stage counts is granted here, unless its connection has bytes to report. Fails
     * with a {@link BusFailure} and nothing else.
     *
     * @param weight how much the frame counts in its action's row
     */
    public Future<Verdict> admit(Sender from, FrameType action, int weight, UnreportedBytes bytes) {
        if (!config.enabled() || !(config.limits().countsEach(action) || bytes.due())) {
            return GRANTED;
        }
        return ask(FrameAttempt.of(from.userId(), from.role(), action, weight, bytes.take()), bytes);
    }

    /** The bytes of frames that are answered already, once they are many. Nobody waits for it. */
    public void report(Sender from, UnreportedBytes bytes) {
        if (config.enabled() && bytes.due()) {
            ask(FrameAttempt.report(from.userId(), from.role(), bytes.take()), bytes);
        }
    }

    /** What a connection that is over leaves behind: a user who reconnects gains nothing by it. */
    public void reportLast(Sender from, UnreportedBytes bytes) {
        if (config.enabled() && bytes.dueAtClose()) {
            ask(FrameAttempt.report(from.userId(), from.role(), bytes.take()), bytes);
        }
    }

    private Future<Verdict> ask(FrameAttempt attempt, UnreportedBytes bytes) {
        return bus.ask(ADMIT, attempt)
                .onSuccess(bytes::onVerdict)
                .recover(broken -> unanswered(broken, config.limits().rowsOf(attempt.frame())));
    }

    /** @param keys the address, and behind it the wider network that it counts for, if it counts for one */
    public Future<Verdict> admitAddress(List<String> keys) {
        if (!config.enabled()) {
            return GRANTED;
        }
        return bus.ask(ADMIT_ADDRESS, new AddressAttempt(keys))
                .recover(broken -> unanswered(broken, List.of(config.limits().handshakes())));
    }

    public Effective effective(Role role) {
        return config.effective(role);
    }

    /** A stage that answered with a failure was there and has a bug: no failure mode is meant for that. */
    private Future<Verdict> unanswered(Throwable broken, List<LimitRow> met) {
        Future<Verdict> failed = Future.failedFuture(broken);
        return broken instanceof BusFailure failure && failure.kind() != Kind.FAILED
                ? policy.decideWithoutStore(met).fold(() -> GRANTED, closed -> failed)
                : failed;
    }
}
