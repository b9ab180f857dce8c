package dev.portcullis.broadcast.presence;

import dev.portcullis.broadcast.presence.PresenceReport.RoomReport;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The reports that an edge node still has to send to one owner. One report is under way at a time; the next one repeats the
 * content of one that failed.
 */
final class OwnerChannel {
    private static final int AT_ONCE = 500;

    private final Source source;
    private Map<RoomId, Untold> untold = new LinkedHashMap<>();
    private Map<RoomId, Untold> underWay = Map.of();
    private final Map<RoomId, Promise<Void>> waiting = new HashMap<>();
    private boolean busy;
    private boolean first = true;
    private boolean due = true;
    private boolean ended;
    private long sentAt;

    /** The rooms of the edge node. */
    interface Source {
        Map<UserId, Integer> sessions(RoomId room);

        boolean isWatched(RoomId room);

        /** The rooms that are this owner's share. */
        Set<RoomId> rooms();

        Future<PresenceReport.Receipt> send(boolean first, boolean complete, List<RoomReport> rooms);
    }

    private record Untold(RoomReport.Kind kind, Set<UserId> users) {}

    OwnerChannel(Source source) {
        this.source = source;
    }

    /** @param user the user whose sessions changed; empty if only the room's watchers did */
    void changed(RoomId room, Optional<UserId> user) {
        Untold known = untold.computeIfAbsent(room, any -> new Untold(RoomReport.Kind.CHANGED, new HashSet<>(2)));
        user.ifPresent(known.users()::add);
    }

    /** Notes that the room has become this owner's. */
    void movedHere(RoomId room) {
        if (untold.containsKey(room) || underWay.containsKey(room)) {
            restart(); // the owner may still not know that the room moved away
        } else {
            untold.put(
                    room,
                    new Untold(
                            RoomReport.Kind.MOVED_HERE,
                            new HashSet<>(source.sessions(room).keySet())));
        }
    }

    /** Notes that the room is no longer this owner's. */
    void movedAway(RoomId room) {
        untold.put(room, new Untold(RoomReport.Kind.MOVED_AWAY, new HashSet<>()));
    }

    /** Makes a report due, even if there is nothing to tell. */
    void setDue() {
        due = true;
    }

    boolean isOlderThan(long nanos, long now) {
        return now - sentAt > nanos;
    }

    /** Completes when the owner knows the present state of the room here, or can't be told. */
    Future<Void> told(RoomId room) {
        if (!untold.containsKey(room) && !underWay.containsKey(room) && !first) {
            return Future.succeededFuture();
        }
        return waiting.computeIfAbsent(room, any -> Promise.promise()).future();
    }

    void end() {
        untold.clear();
        underWay = Map.of();
        first = false;
        ended = true;
        completeWaiting();
    }

    /** Sends the next report, if there is something to tell and none is under way. */
    void send(long now) {
        if (busy || ended || (untold.isEmpty() && !due)) {
            return;
        }
        busy = true;
        due = false;
        sentAt = now;
        underWay = takeUntold();
        List<RoomReport> rooms = new ArrayList<>(underWay.size());
        underWay.forEach((room, what) -> rooms.add(report(room, what)));
        source.send(first, untold.isEmpty(), rooms).onComplete(this::answered, failure -> failed());
    }

    private void answered(PresenceReport.Receipt receipt) {
        busy = false;
        if (receipt.known()) {
            underWay = Map.of();
            first = false;
            completeWaiting();
            send(System.nanoTime());
        } else {
            restart();
        }
    }

    /** Keeps the content for the next report, since the failed one may have arrived or not. */
    private void failed() {
        busy = false;
        boolean turned = underWay.entrySet().stream()
                .anyMatch(each -> Optional.ofNullable(untold.get(each.getKey()))
                        .filter(newer -> newer.kind() != each.getValue().kind())
                        .isPresent());
        if (turned) {
            restart();
            return;
        }
        Map<RoomId, Untold> again = new LinkedHashMap<>(underWay);
        untold.forEach((room, newer) -> again.merge(room, newer, OwnerChannel::joined));
        untold = again;
        underWay = Map.of();
        due = true;
    }

    private void restart() {
        first = true;
        due = true;
        untold = new LinkedHashMap<>();
        underWay = Map.of();
        for (RoomId room : source.rooms()) {
            untold.put(
                    room,
                    new Untold(
                            RoomReport.Kind.CHANGED,
                            new HashSet<>(source.sessions(room).keySet())));
        }
    }

    /** Takes the content of one report. A room that does not fit is told in several reports. */
    private Map<RoomId, Untold> takeUntold() {
        Map<RoomId, Untold> taken = new LinkedHashMap<>();
        int left = AT_ONCE;
        while (left > 0 && !untold.isEmpty()) {
            Map.Entry<RoomId, Untold> next = untold.entrySet().iterator().next();
            Set<UserId> users = next.getValue().users();
            Set<UserId> some = new HashSet<>();
            for (Iterator<UserId> each = users.iterator(); each.hasNext() && some.size() < left; ) {
                some.add(each.next());
                each.remove();
            }
            taken.put(next.getKey(), new Untold(next.getValue().kind(), some));
            left -= Math.max(1, some.size());
            if (users.isEmpty()) {
                untold.remove(next.getKey());
            }
        }
        return taken;
    }

    private RoomReport report(RoomId room, Untold what) {
        Map<UserId, Integer> known = source.sessions(room);
        Map<UserId, Integer> sessions = new HashMap<>();
        what.users().forEach(user -> sessions.put(user, known.getOrDefault(user, 0)));
        return new RoomReport(room, what.kind(), source.isWatched(room), sessions);
    }

    private void completeWaiting() {
        List.copyOf(waiting.keySet()).stream()
                .filter(room -> !untold.containsKey(room))
                .forEach(room -> Optional.ofNullable(waiting.remove(room)).ifPresent(Promise::complete));
    }

    private static Untold joined(Untold one, Untold other) {
        Set<UserId> users = new HashSet<>(one.users());
        users.addAll(other.users());
        return new Untold(one.kind(), users);
    }
}
