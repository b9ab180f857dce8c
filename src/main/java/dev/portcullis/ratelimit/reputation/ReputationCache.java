package dev.portcullis.ratelimit.reputation;

import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import dev.portcullis.resilience.LruMap;
import java.util.Map;
import java.util.Optional;

/** The answers of the service, by address; of an IPv6 network one. A new one replaces the longest unused. Thread-safe. */
final class ReputationCache {
    private final long lengthMs;
    private final Map<String, Answer> answers;

    /** @param at when it came, in milliseconds */
    private record Answer(Standing standing, long at) {}

    ReputationCache(int max, long lengthMs) {
        this.lengthMs = lengthMs;
        this.answers = new LruMap<>(max);
    }

    synchronized Optional<Standing> find(String key, long now) {
        return Optional.ofNullable(answers.get(key))
                .filter(answer -> now - answer.at() < lengthMs)
                .map(Answer::standing);
    }

    synchronized void keep(String key, Standing standing, long now) {
        answers.put(key, new Answer(standing, now));
    }
}
