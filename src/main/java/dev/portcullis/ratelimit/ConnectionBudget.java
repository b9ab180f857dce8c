package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Role;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Flood;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Observed;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Over;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Within;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the frames of one connection, counted on its own node, so that a flood from one socket never leaves that node. Used by
 * one thread. There are very many connections, so one that never sent a frame holds no counters.
 */
public final class ConnectionBudget {
    private static final BudgetDecision WITHIN = new Within();
    private static final BudgetDecision OBSERVED = new Observed();
    private static final BudgetDecision FLOOD = new Flood();

    private final Live<RateLimitConfig> config;
    private final UnreportedBytes unreported;
    private Role role = Role.MEMBER;
    private @Nullable ScopeUsage usage;
    private @Nullable SlidingWindow refused;

    /** The decision about a frame. */
    public sealed interface BudgetDecision {
        <R> R fold(Supplier<R> within, Supplier<R> observed, Function<Over, R> over, Supplier<R> flood);

        /** Accept it. */
        record Within() implements BudgetDecision {
            @Override
            public <R> R fold(Supplier<R> within, Supplier<R> observed, Function<Over, R> over, Supplier<R> flood) {
                return within.get();
            }
        }

        /** Accept it, although it exceeds the limit, which only observes. */
        record Observed() implements BudgetDecision {
            @Override
            public <R> R fold(Supplier<R> within, Supplier<R> observed, Function<Over, R> over, Supplier<R> flood) {
                return observed.get();
            }
        }

        /**
         * Refuse it.
         *
         * @param decode whether it is still worth decoding, so that the refusal can carry its id
         */
        record Over(Limited limit, boolean decode) implements BudgetDecision {
            @Override
            public <R> R fold(Supplier<R> within, Supplier<R> observed, Function<Over, R> over, Supplier<R> flood) {
                return over.apply(this);
            }
        }

        /** Close the connection: its client floods (CWE-770). */
        record Flood() implements BudgetDecision {
            @Override
            public <R> R fold(Supplier<R> within, Supplier<R> observed, Function<Over, R> over, Supplier<R> flood) {
                return flood.get();
            }
        }
    }

    public ConnectionBudget(Live<RateLimitConfig> config) {
        this.config = config;
        this.unreported = new UnreportedBytes(UnreportedBytes.THRESHOLD);
    }

    /** The bytes that its user's window does not hold yet. */
    public UnreportedBytes unreported() {
        return unreported;
    }

    /** Sets the role of the connection's user. Frames that were counted stay counted. */
    public void setRole(Role newRole) {
        this.role = newRole;
    }

    /**
     * Counts an inbound frame. Call it once for each.
     *
     * @param nowMs of a clock that is never set
     */
    public BudgetDecision count(long nowMs) {
        RateLimitConfig current = config.get();
        if (!current.enabled()) {
            return WITHIN;
        }
        ScopeCheck check = newCheck(current);
        Optional<Limited> refusal = check.refusal(nowMs);
        if (refusal.isPresent()) {
            return over(current, check, refusal.get(), nowMs);
        }
        boolean within = check.observed(nowMs).isEmpty();
        check.count(nowMs, within);
        return within ? WITHIN : OBSERVED;
    }

    private BudgetDecision over(RateLimitConfig current, ScopeCheck check, Limited limited, long nowMs) {
        int inbound = countRefused(nowMs) + check.usage().window(Window.MINUTE).total(nowMs);
        int max = check.rows().get(0).max(check.multiplier());
        if (inbound > (long) max * current.flood().factor()) {
            return FLOOD;
        }
        Limited limit = check.blocked(nowMs)
                ? limited
                : check.punish(nowMs, current.blocks())
                        .map(newBlock -> newBlock.refusal(nowMs))
                        .orElse(limited);
        return new Over(limit, inbound <= (long) max * current.flood().decodeFactor());
    }

    private ScopeCheck newCheck(RateLimitConfig current) {
        if (usage == null) {
            usage = new ScopeUsage();
        }
        List<LimitRow> rows = List.of(current.limits().connection());
        return new ScopeCheck(usage, Scope.CONNECTION, Optional.empty(), rows, current.multiplier(role), 1, 0);
    }

    private int countRefused(long nowMs) {
        if (refused == null) {
            refused = new SlidingWindow(Window.MINUTE);
        }
        refused.count(nowMs, 1);
        return refused.total(nowMs);
    }
}
