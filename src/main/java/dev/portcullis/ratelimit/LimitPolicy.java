package dev.portcullis.ratelimit;

import static java.util.Comparator.comparingLong;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules. An attempt meets its user's rows and its action's row at once: it is counted in all of them or in none, but
 * for its bytes, which came in whatever is said of them and so count in any case. One that goes over begins a block on
 * each scope it went over in, unless one holds already. The wait that is told is the longest of all that stand in the
 * way of the same attempt, so that who waits it out passes and who waits less does not.
 */
final class LimitPolicy {
    private final RateLimitConfig config;

    LimitPolicy(RateLimitConfig config) {
        this.config = config;
    }

    /** Judges and, in {@code usage}, counts or punishes. */
    LimitDecision judge(UserUsage usage, FrameAttempt attempt, long now) {
        List<ScopeCheck> checks = chargesOf(usage, attempt);
        if (wait(checks, now).isEmpty()) {
            checks.forEach(check -> check.count(now));
            return LimitDecision.GRANTED;
        }
        List<LimitDecision.NewBlock> begun = checks.stream().anyMatch(check -> check.blocked(now))
                ? List.of()
                : checks.stream()
                        .flatMap(check -> check.punish(now, config.blocks()).stream())
                        .toList();
        checks.forEach(check -> check.countBytes(now));
        return new LimitDecision(Verdict.refused(wait(checks, now).orElseThrow()), begun);
    }

    /** Nobody can count now. Closed, unless the config opens all of these by name (CWE-636). */
    Verdict decideWithoutStore(List<LimitRow> rows) {
        return rows.stream().allMatch(LimitRow::failOpen) ? Verdict.GRANTED : Verdict.refused(Rejection.unavailable());
    }

    private List<ScopeCheck> chargesOf(UserUsage usage, FrameAttempt attempt) {
        int multiplier = config.multiplier(attempt.role());
        int bytes = attempt.bytes();
        List<LimitRow> ofUser = config.limits().userRowsOf(attempt.frame());
        Stream<ScopeCheck> user = Stream.of(new ScopeCheck(usage.user(), Scope.USER, ofUser, multiplier, 1, bytes));
        Stream<ScopeCheck> own = attempt.frame().stream()
                .flatMap(action -> config.limits().actionRow(action).stream()
                        .map(row -> new ScopeCheck(
                                usage.action(action),
                                Scope.ACTION,
                                List.of(row),
                                multiplier,
                                attempt.weight(),
                                bytes)));
        return Stream.concat(user, own).toList();
    }

    private static Optional<Limited> wait(List<ScopeCheck> checks, long now) {
        return checks.stream().flatMap(check -> check.refusal(now).stream()).max(comparingLong(Limited::retryAfterMs));
    }
}
