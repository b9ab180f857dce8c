package dev.portcullis.ratelimit;

import static java.util.Comparator.comparingLong;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules. An attempt meets its user's rows and its action's row at once: it is counted in all of them or in none.
 * One that goes over begins a block on each scope it went over in; one that comes during a block changes nothing. The
 * wait that is told is the longest of all that stand in the way, so that who waits it out passes and who waits less
 * does not.
 */
final class LimitPolicy {
    private final RateLimitConfig config;

    LimitPolicy(RateLimitConfig config) {
        this.config = config;
    }

    /** Judges and, in {@code usage}, counts or punishes. */
    Ruling judge(Usage usage, Attempt attempt, long now) {
        List<Charge> charges = chargesOf(usage, attempt);
        Optional<Limited> refusal = longest(charges.stream().flatMap(charge -> charge.refusal(now).stream()));
        if (refusal.isEmpty()) {
            charges.forEach(charge -> charge.count(now));
            return Ruling.GRANTED;
        }
        if (charges.stream().anyMatch(charge -> charge.blocked(now))) {
            return new Ruling(Verdict.refused(refusal.get()), List.of());
        }
        List<Begun> begun = charges.stream()
                .flatMap(charge -> charge.punish(now, config.blocks()).stream())
                .toList();
        Limited sentence =
                longest(begun.stream().map(each -> each.refusal(now))).orElseThrow();
        return new Ruling(Verdict.refused(sentence), begun);
    }

    /** Nobody can count now. Closed, unless the config opens all of these by name (CWE-636). */
    Verdict judgeBlind(List<LimitRow> rows) {
        return rows.stream().allMatch(LimitRow::failOpen) ? Verdict.GRANTED : Verdict.refused(Rejection.unavailable());
    }

    private List<Charge> chargesOf(Usage usage, Attempt attempt) {
        FrameType action = attempt.action();
        int multiplier = config.multiplier(attempt.role());
        List<LimitRow> ofUser = config.limits().userRowsOf(action);
        Stream<Charge> user = ofUser.isEmpty()
                ? Stream.empty()
                : Stream.of(new Charge(usage.user(), Scope.USER, ofUser, multiplier, attempt.bytes()));
        Stream<Charge> own = Stream.ofNullable(config.limits().actions().get(action))
                .map(row -> new Charge(usage.action(action), Scope.ACTION, List.of(row), multiplier, attempt.bytes()));
        return Stream.concat(user, own).toList();
    }

    private static Optional<Limited> longest(Stream<Limited> waits) {
        return waits.max(comparingLong(Limited::retryAfterMs));
    }
}
