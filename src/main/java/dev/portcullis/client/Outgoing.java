package dev.portcullis.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The frames that wait for an answer, in the order in which they were handed in. Bounded: a full one takes no more. */
final class Outgoing {
    /** A server forgets an id after 10 minutes; a repeat after that would be a second message. */
    static final long REPEATABLE_MS = 9 * 60_000;

    private final int most;
    private final Map<String, Pending> waiting = new LinkedHashMap<>();

    Outgoing(int most) {
        this.most = most;
    }

    boolean add(Pending pending) {
        if (waiting.size() >= most) {
            return false;
        }
        waiting.put(pending.id(), pending);
        return true;
    }

    int size() {
        return waiting.size();
    }

    Optional<Pending> find(String id) {
        return Optional.ofNullable(waiting.get(id));
    }

    Optional<Pending> take(String id) {
        return Optional.ofNullable(waiting.remove(id));
    }

    /** What may be written now, given the rooms that are joined. */
    List<Pending> due(long now, Predicate<String> inRoom) {
        return waiting.values().stream()
                .filter(pending -> pending.due(now))
                .filter(pending -> pending.needsRoom().map(inRoom::test).orElse(true))
                .toList();
    }

    /** The connection is gone: what may be repeated waits for the next one, the rest is given back. */
    List<Pending> cut() {
        waiting.values().forEach(pending -> pending.again(Long.MIN_VALUE));
        return removeIf(pending -> !pending.repeatable());
    }

    /** Frames whose answer is long overdue; those that may be repeated are due again. */
    List<Pending> overdue(long now, long answerMs) {
        Predicate<Pending> late = pending -> pending.unansweredSince(now - answerMs);
        List<Pending> lost = removeIf(late.and(pending -> !pending.repeatable()));
        waiting.values().stream().filter(late).forEach(pending -> pending.again(now));
        return lost;
    }

    /** Frames whose outcome can't be learned any more. */
    List<Pending> forgotten(long now) {
        return removeIf(pending -> pending.firstWrittenBefore(now - REPEATABLE_MS));
    }

    List<Pending> clear() {
        return removeIf(any -> true);
    }

    private List<Pending> removeIf(Predicate<Pending> gone) {
        List<Pending> removed = new ArrayList<>(waiting.values());
        removed.removeIf(gone.negate());
        removed.forEach(pending -> waiting.remove(pending.id()));
        return removed;
    }
}
