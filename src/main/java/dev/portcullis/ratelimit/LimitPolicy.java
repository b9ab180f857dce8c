package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Penalty;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.CounterStore.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules. An attempt is checked against its user's rows and its actions' rows at once: it counts in all of them or in
 * none, except that its bytes count in any case, since they were received. An attempt that exceeds limits begins a
 * block on each scope where it exceeded one, unless a block is active already. The retry time is the longest wait of
 * all limits that refuse the same attempt: a client that waits it out passes, and one that waits less does not.
 */
final class LimitPolicy {
    private final Live<RateLimitConfig> config;

    LimitPolicy(Live<RateLimitConfig> config) {
        this.config = config;
    }

    /** Checks the attempt and, in {@code usage}, counts it or begins blocks. */
    LimitDecision judge(UserUsage usage, FrameAttempt attempt, long now) {
        RateLimitConfig current = config.get();
        List<ScopeCheck> checks = checksOf(current, usage, attempt);
        if (longestWait(checks, now).isEmpty()) {
            List<LimitRow> observed = observed(checks, now);
            checks.forEach(check -> check.count(now, observed.isEmpty()));
            boolean banDue = countBlock(usage, attempt, List.of(), now);
            return new LimitDecision(new Admission(Verdict.GRANTED, observed, banDue), List.of());
        }
        List<LimitDecision.NewBlock> newBlocks = checks.stream().anyMatch(check -> check.blocked(now))
                ? List.of()
                : checks.stream()
                        .flatMap(check -> check.punish(now, current.blocks()).stream())
                        .toList();
        checks.forEach(check -> check.countBytes(now));
        Limited longest = longestWait(checks, now).orElseThrow();
        boolean banDue = countBlock(usage, attempt, newBlocks, now);
        Limited refusal = newBlocks.isEmpty() ? longest : longest.with(Penalty.BLOCK);
        return new LimitDecision(
                new Admission(Verdict.refused(banDue ? refusal.with(Penalty.BAN) : refusal), List.of(), banDue),
                newBlocks);
    }

    /**
     * Counts a block of the attempt: one, on however many scopes blocks begin. A block of an action alone does not count: a
     * client that does one thing too often for its own limit is no flood. Returns whether a ban is due.
     */
    private boolean countBlock(
            UserUsage usage, FrameAttempt attempt, List<LimitDecision.NewBlock> newBlocks, long now) {
        boolean began = newBlocks.stream().anyMatch(each -> each.scope() != Scope.ACTION)
                || attempt.connectionBlock().isPresent();
        return began && usage.countBlock(now, config.get().blocks().ban());
    }

    /** The verdict while the store can't count. Closed, unless the config opens all of these rows by name (CWE-636). */
    Verdict decideWithoutStore(List<LimitRow> rows) {
        return rows.stream().allMatch(LimitRow::passesUncounted)
                ? Verdict.GRANTED
                : Verdict.refused(Rejection.unavailable());
    }

    private static List<ScopeCheck> checksOf(RateLimitConfig config, UserUsage usage, FrameAttempt attempt) {
        int multiplier = config.multiplier(attempt.role());
        int bytes = attempt.bytes();
        List<LimitRow> ofUser = config.limits().userRowsOf(attempt.frame());
        List<ScopeCheck> checks = new ArrayList<>(2); // no stream here and below: each frame comes here
        checks.add(new ScopeCheck(usage.user(), Scope.USER, Optional.empty(), ofUser, multiplier, 1, bytes));
        for (ClientAction action : attempt.actions()) {
            config.limits()
                    .actionRow(action)
                    .ifPresent(row -> checks.add(new ScopeCheck(
                            usage.action(action),
                            Scope.ACTION,
                            Optional.of(action),
                            List.of(row),
                            multiplier,
                            attempt.weight(),
                            bytes)));
        }
        return checks;
    }

    private static Optional<Limited> longestWait(List<ScopeCheck> checks, long now) {
        Optional<Limited> longest = Optional.empty();
        for (ScopeCheck check : checks) {
            Optional<Limited> refusal = check.refusal(now);
            if (refusal.isPresent()
                    && (longest.isEmpty()
                            || refusal.get().retryAfterMs() > longest.get().retryAfterMs())) {
                longest = refusal;
            }
        }
        return longest;
    }

    private static List<LimitRow> observed(List<ScopeCheck> checks, long now) {
        List<LimitRow> observed = new ArrayList<>(0);
        for (ScopeCheck check : checks) {
            observed.addAll(check.observed(now));
        }
        return observed;
    }
}
