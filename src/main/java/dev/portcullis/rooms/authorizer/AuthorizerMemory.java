package dev.portcullis.rooms.authorizer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The last answers of the application. They are bounded in number and age; the oldest goes first. All threads use them. */
final class AuthorizerMemory {
    private final int max;
    private final long keptNanos;
    private final Map<AuthorizerQuery, Remembered> answers = new LinkedHashMap<>();

    private record Remembered(AuthorizerAnswer answer, long at) {}

    AuthorizerMemory(int max, long keptMs) {
        this.max = max;
        this.keptNanos = TimeUnit.MILLISECONDS.toNanos(keptMs);
    }

    /** @param now the time, like {@link System#nanoTime()} */
    synchronized Optional<AuthorizerAnswer> find(AuthorizerQuery query, long now) {
        Remembered found = answers.get(query);
        return found != null && now - found.at < keptNanos ? Optional.of(found.answer) : Optional.empty();
    }

    /** @param askedAt the time of the question, since the application may have changed its mind while it answered */
    synchronized void add(AuthorizerQuery query, AuthorizerAnswer answer, long askedAt) {
        answers.remove(query); // otherwise it would keep its old place in the order
        answers.put(query, new Remembered(answer, askedAt));
        while (answers.size() > max) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    synchronized int size() {
        return answers.size();
    }
}
