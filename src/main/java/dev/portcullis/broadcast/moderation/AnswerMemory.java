package dev.portcullis.broadcast.moderation;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The last answers of the moderation service, so that a repeated attempt does not ask again, and does not get another answer.
 * They are bounded in number and age; the oldest goes first. All threads use them.
 */
final class AnswerMemory {
    private final int max;
    private final long keptNanos;
    private final Map<Key, Remembered> answers = new LinkedHashMap<>();

    /**
     * Identifies a message over all its attempts.
     *
     * @param bodyHash the hash in hexadecimal, so that another text under a used id is another message
     */
    record Key(String stream, String user, String type, String id, String bodyHash) {
        static Key of(String stream, String user, String type, String id, byte[] bodyHash) {
            return new Key(stream, user, type, id, HexFormat.of().formatHex(bodyHash));
        }
    }

    private record Remembered(ModerationAnswer answer, long at) {}

    AnswerMemory(int max, long keptMs) {
        this.max = max;
        this.keptNanos = TimeUnit.MILLISECONDS.toNanos(keptMs);
    }

    /** @param now the time, like {@link System#nanoTime()} */
    synchronized Optional<ModerationAnswer> find(Key key, long now) {
        Remembered found = answers.get(key);
        return found != null && now - found.at <= keptNanos ? Optional.of(found.answer) : Optional.empty();
    }

    synchronized void add(Key key, ModerationAnswer answer, long now) {
        answers.remove(key); // otherwise it would keep its old place in the order
        answers.put(key, new Remembered(answer, now));
        while (answers.size() > max) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    synchronized int size() {
        return answers.size();
    }
}
