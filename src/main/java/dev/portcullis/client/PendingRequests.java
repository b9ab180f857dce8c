package dev.portcullis.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The frames that wait for an answer, in the order in which they were handed in. Bounded: a full one takes no more. */
final class PendingRequests {
    /** A server forgets an id after 10 minutes; a repeat after that would be a second message. */
    static final long REPEATABLE_MS = 9 * 60_000;

    private final int most;
    private final Map<String, PendingRequest> waiting = new LinkedHashMap<>();

    PendingRequests(int most) {
        this.most = most;
    }

    boolean add(PendingRequest request) {
        if (waiting.size() >= most) {
            return false;
        }
        waiting.put(request.id(), request);
        return true;
    }

    int size() {
        return waiting.size();
    }

    Optional<PendingRequest> find(String id) {
        return Optional.ofNullable(waiting.get(id));
    }

    Optional<PendingRequest> take(String id) {
        return Optional.ofNullable(waiting.remove(id));
    }

    /** What may be written now, given the rooms that are joined. */
    List<PendingRequest> due(long now, Predicate<String> inRoom) {
        return waiting.values().stream()
                .filter(request -> request.due(now))
                .filter(request -> request.needsRoom().map(inRoom::test).orElse(true))
                .toList();
    }

    /** The connection is gone: what may be repeated waits for the next one, the rest is given back. */
    List<PendingRequest> cut() {
        waiting.values().forEach(request -> request.again(Long.MIN_VALUE));
        return removeIf(request -> !request.repeatable());
    }

    /** Frames whose answer is long overdue; those that may be repeated are due again. */
    List<PendingRequest> overdue(long now, long answerMs) {
        Predicate<PendingRequest> late = request -> request.unansweredSince(now - answerMs);
        List<PendingRequest> lost = removeIf(late.and(request -> !request.repeatable()));
        waiting.values().stream().filter(late).forEach(request -> request.again(now));
        return lost;
    }

    /** Frames whose outcome can't be learned any more. */
    List<PendingRequest> forgotten(long now) {
        return removeIf(request -> request.firstWrittenBefore(now - REPEATABLE_MS));
    }

    List<PendingRequest> clear() {
        return removeIf(any -> true);
    }

    private List<PendingRequest> removeIf(Predicate<PendingRequest> gone) {
        List<PendingRequest> removed = new ArrayList<>(waiting.values());
        removed.removeIf(gone.negate());
        removed.forEach(request -> waiting.remove(request.id()));
        return removed;
    }
}
