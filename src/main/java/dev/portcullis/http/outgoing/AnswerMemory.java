package dev.portcullis.http.outgoing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The last answers of a service of the application, so that a repeated question does not ask again, and does not get another
 * answer. They are bounded in number and age; the oldest goes first. All threads use them.
 */
public final class AnswerMemory<Q, A> {
    private final int max;
    private final long keptNanos;
    private final Map<Q, Remembered<A>> answers = new LinkedHashMap<>();

    private record Remembered<A>(A answer, long at) {}

    public AnswerMemory(int max, long keptMs) {
        this.max = max;
        this.keptNanos = TimeUnit.MILLISECONDS.toNanos(keptMs);
    }

    /** @param now the time, like {@link System#nanoTime()} */
    public synchronized Optional<A> find(Q question, long now) {
        return Optional.ofNullable(answers.get(question))
                .filter(found -> now - found.at < keptNanos)
                .map(Remembered::answer);
    }

    /** @param askedAt the time of the question, since the application may have changed its mind while it answered */
    public synchronized void add(Q question, A answer, long askedAt) {
        answers.remove(question); // otherwise it would keep its old place in the order
        answers.put(question, new Remembered<>(answer, askedAt));
        while (answers.size() > max) {
            answers.remove(answers.keySet().iterator().next());
        }
    }
}
