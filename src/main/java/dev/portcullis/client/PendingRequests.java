package dev.portcullis.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The frames that wait for an answer, in the order in which they were added. Bounded: a full queue accepts no more. */
final class PendingRequests {
    /** A server forgets an id after 10 minutes; a repeat after that would be a second message. */
    static final long REPEATABLE_MS = 9 * 60_000;

    /**
     * Types that are accepted by a full queue: otherwise a client could not leave a room, and a session would end with its token.
     */
    private static final Set<String> UNBOUNDED = Set.of("leave", "token_refresh");

    private final int max;
    private final Map<String, PendingRequest> waiting = new LinkedHashMap<>();

    PendingRequests(int max) {
        this.max = max;
    }

    boolean add(PendingRequest request) {
        if (waiting.size() >= max && !UNBOUNDED.contains(request.type())) {
            return false;
        }
        waiting.put(request.id(), request);
        return true;
    }

    List<PendingRequest> all() {
        return List.copyOf(waiting.values());
    }

    Optional<PendingRequest> find(String id) {
        return Optional.ofNullable(waiting.get(id));
    }

    Optional<PendingRequest> take(String id) {
        return Optional.ofNullable(waiting.remove(id));
    }

    /**
     * The frames that may be written now, given the rooms that are joined: for each room and user only the first. A {@code
     * leave} comes after the messages before it, but does not hold up a later join.
     */
    List<PendingRequest> due(long now, Predicate<String> inRoom) {
        Set<String> busy = new HashSet<>();
        return waiting.values().stream()
                .filter(request -> request.target()
                        .map(target -> request.leaves().isPresent() ? !busy.contains(target) : busy.add(target))
                        .orElse(true))
                .filter(request -> request.due(now))
                .filter(request -> request.needsRoom().map(inRoom::test).orElse(true))
                .toList();
    }

    /** The connection ended: repeatable frames wait for the next one, the others are returned. */
    List<PendingRequest> disconnected() {
        waiting.values().forEach(request -> request.repeatAfter(Long.MIN_VALUE));
        return removeIf(request -> !request.repeatable());
    }

    /** Removes and returns the frames without an answer in time; repeatable ones become due again instead. */
    List<PendingRequest> removeOverdue(long now, long answerMs) {
        Predicate<PendingRequest> late = request -> request.unansweredSince(now - answerMs);
        List<PendingRequest> lost = removeIf(late.and(request -> !request.repeatable()));
        waiting.values().stream().filter(late).forEach(request -> request.repeatAfter(now));
        return lost;
    }

    /** Removes and returns the frames whose outcome can't be determined any more. */
    List<PendingRequest> removeExpired(long now) {
        return removeIf(request -> request.firstWrittenBefore(now - REPEATABLE_MS));
    }

    List<PendingRequest> clear() {
        return removeIf(any -> true);
    }

    private List<PendingRequest> removeIf(Predicate<PendingRequest> condition) {
        List<PendingRequest> removed = new ArrayList<>(waiting.values());
        removed.removeIf(condition.negate());
        removed.forEach(request -> waiting.remove(request.id()));
        return removed;
    }
}
