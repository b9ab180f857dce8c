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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Asks whether somebody may do this much. An attempt is asked once and never again: a lost answer may have counted. */
public final class RateLimiter {
    static final Question<Attempt, Verdict> ADMIT = new Question<>(
            Stage.RATELIMIT,
            "admit",
            Attempt.class,
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
    private final Map<FrameType, List<LimitRow>> rows = new EnumMap<>(FrameType.class);

    public RateLimiter(Bus bus, RateLimitConfig config) {
        this.bus = bus;
        this.config = config;
        this.policy = new LimitPolicy(config);
        for (FrameType type : FrameType.values()) {
            rows.put(type, config.limits().rowsOf(type));
        }
    }

    /** A frame that no limit of this stage meets is granted here. Fails with a {@link BusFailure} and nothing else. */
    public Future<Verdict> admit(Sender from, FrameType action, int bytes) {
        List<LimitRow> met = rows.getOrDefault(action, List.of());
        if (!config.enabled() || met.isEmpty()) {
            return GRANTED;
        }
        return bus.ask(ADMIT, new Attempt(from.userId(), from.role(), action, bytes))
                .recover(broken -> unanswered(broken, met));
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
                ? policy.judgeBlind(met).fold(() -> GRANTED, closed -> failed)
                : failed;
    }
}
