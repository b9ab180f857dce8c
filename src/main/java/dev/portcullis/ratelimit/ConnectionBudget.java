package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Role;
import dev.portcullis.ratelimit.ConnectionBudget.Judgement.Flood;
import dev.portcullis.ratelimit.ConnectionBudget.Judgement.Over;
import dev.portcullis.ratelimit.ConnectionBudget.Judgement.Within;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one connection may send, counted where it ends, so that a flood from one socket never leaves its node. Of one
 * thread. There is one for each of very many connections, so one that was never asked holds no counters.
 */
public final class ConnectionBudget {
    private static final Judgement WITHIN = new Within();
    private static final Judgement FLOOD = new Flood();

    private final RateLimitConfig config;
    private final UnreportedBytes unreported;
    private Role role = Role.MEMBER;
    private @Nullable Meter meter;
    private @Nullable SlidingWindow refused;

    /** What to do with a frame. */
    public sealed interface Judgement {
        <R> R fold(Supplier<R> within, Function<Over, R> over, Supplier<R> flood);

        /** Take it. */
        record Within() implements Judgement {
            @Override
            public <R> R fold(Supplier<R> within, Function<Over, R> over, Supplier<R> flood) {
                return within.get();
            }
        }

        /**
         * Refuse it.
         *
         * @param decode whether it is still worth decoding, so that the refusal can carry its id
         */
        record Over(Limited limit, boolean decode) implements Judgement {
            @Override
            public <R> R fold(Supplier<R> within, Function<Over, R> over, Supplier<R> flood) {
                return over.apply(this);
            }
        }

        /** Close the connection: its peer means harm (CWE-770). */
        record Flood() implements Judgement {
            @Override
            public <R> R fold(Supplier<R> within, Function<Over, R> over, Supplier<R> flood) {
                return flood.get();
            }
        }
    }

    public ConnectionBudget(RateLimitConfig config) {
        this.config = config;
        this.unreported = new UnreportedBytes(config.unreportedBytes());
    }

    /** What of its bytes its user's window does not hold yet. */
    public UnreportedBytes unreported() {
        return unreported;
    }

    /** From now on the connection is of somebody in this role. What was counted stays counted. */
    public void become(Role newRole) {
        this.role = newRole;
    }

    /** To be asked once for every inbound frame. */
    public Judgement count(long nowMs) {
        if (!config.enabled()) {
            return WITHIN;
        }
        Charge charge = charge();
        Optional<Limited> refusal = charge.refusal(nowMs);
        if (refusal.isEmpty()) {
            charge.count(nowMs);
            return WITHIN;
        }
        return over(charge, refusal.get(), nowMs);
    }

    private Judgement over(Charge charge, Limited standing, long nowMs) {
        int inbound = refuse(nowMs) + charge.meter().window(Window.MINUTE).total(nowMs);
        int max = charge.rows().get(0).max(charge.multiplier());
        if (inbound > (long) max * config.flood().factor()) {
            return FLOOD;
        }
        Limited limit = charge.blocked(nowMs)
                ? standing
                : charge.punish(nowMs, config.blocks())
                        .map(begun -> begun.refusal(nowMs))
                        .orElse(standing);
        return new Over(limit, inbound <= (long) max * config.flood().decodeFactor());
    }

    private Charge charge() {
        if (meter == null) {
            meter = new Meter();
        }
        List<LimitRow> rows = List.of(config.limits().connection());
        return new Charge(meter, Scope.CONNECTION, rows, config.multiplier(role), 1, 0);
    }

    private int refuse(long nowMs) {
        if (refused == null) {
            refused = new SlidingWindow(Window.MINUTE);
        }
        refused.count(nowMs, 1);
        return refused.total(nowMs);
    }
}
