package dev.portcullis.broadcast.presence;

import dev.portcullis.broadcast.presence.PresenceReport.RoomReport;
import dev.portcullis.broadcast.presence.PresenceView.Owner;
import dev.portcullis.protocol.RoomId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The users in the rooms of one owner, as the edge nodes report them. It knows a room only once each edge node has told it
 * everything, by a view in which the room is its own. It has no clock but the one handed in, and is used by one caller at a time.
 */
final class AttendanceTable {
    private static final long CHANGE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int CHANGES_AT_ONCE = 200;

    /** The delay of a look that shows that this node itself was stopped. */
    private static final long OWN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Owner me;
    private final PresenceConfig config;
    private final long leaseNanos;
    private final LongSupplier versions;
    private final Map<RoomId, RoomAttendance> rooms = new HashMap<>();
    private final Map<RoomId, Long> sentAt = new HashMap<>();
    private final Set<RoomId> news = new LinkedHashSet<>();
    private final Map<String, Reporter> reporters = new HashMap<>();
    private final Map<String, Long> edges = new HashMap<>();
    private int reporterCount;
    private long lookedAt;

    /** A change that goes to the clients of some edge nodes. */
    record Outgoing(RoomId room, Set<String> nodes, RoomAttendance.Change change) {}

    /** @param versions gives the first version of a room, larger than any that was reached before */
    AttendanceTable(Owner me, PresenceConfig config, LongSupplier versions, long nanos) {
        this.me = me;
        this.config = config;
        this.leaseNanos = TimeUnit.MILLISECONDS.toNanos(PresenceConfig.LEASE_MS);
        this.versions = versions;
        this.lookedAt = nanos;
    }

    /** Returns whether the reporter is known. If not, it has to report everything, from the first. */
    boolean apply(PresenceReport report, long nanos) {
        Reporter known = reporters.get(report.node());
        if (known != null && known.isOf(report.incarnation()) && !known.isNew(report)) {
            return true;
        }
        if (report.first() || (known != null && !known.isOf(report.incarnation()))) {
            forget(report.node()).forEach(news::add); // its users come again with the next reports
            known = null;
        }
        if (known == null && !report.first()) {
            edges.computeIfPresent(
                    report.node(), (node, since) -> nanos); // it was dropped, and is back: a list without it is partial
            return false;
        }
        Reporter reporter = known == null ? new Reporter(reporterCount++, report, nanos) : known;
        reporters.put(report.node(), reporter);
        reporter.heard(report, nanos);
        report.rooms().forEach(room -> apply(report.node(), reporter.number(), room));
        return true;
    }

    private void apply(String node, int reporter, RoomReport report) {
        RoomAttendance room = rooms.computeIfAbsent(report.room(), any -> new RoomAttendance(versions.getAsLong()));
        switch (report.kind()) {
            case CHANGED -> report.sessions().forEach((user, count) -> room.put(user, reporter, count, false));
            case MOVED_HERE -> {
                report.sessions().forEach((user, count) -> room.put(user, reporter, count, true));
                room.markGap();
            }
            case MOVED_AWAY -> room.drop(reporter, true);
        }
        room.setWatched(node, report.watched() && report.kind() != RoomReport.Kind.MOVED_AWAY);
        settle(report.room(), room);
    }

    /** The page of a room; empty if this owner can't know. */
    Optional<PresenceAnswer.Page> page(PresenceQuery query) {
        if (!isKnown(query.room(), views())) {
            return Optional.empty();
        }
        return Optional.of(find(query.room())
                .map(room -> room.page(query.after(), query.limit()))
                .orElseGet(() -> new PresenceAnswer.Page(versions.getAsLong(), 0, List.of(), false)));
    }

    /** The number of known users in a room. */
    int count(RoomId room) {
        return find(room).map(RoomAttendance::count).orElse(0);
    }

    Optional<RoomAttendance> find(RoomId room) {
        return Optional.ofNullable(rooms.get(room));
    }

    /** The number of users, counted in each of their rooms. */
    long users() {
        return rooms.values().stream().mapToLong(RoomAttendance::count).sum();
    }

    /**
     * Drops the edge nodes that are gone, and those that are silent for longer than their lease.
     *
     * @param present the edge nodes that this node sees
     */
    void look(Set<String> present, long nanos) {
        long pause = nanos - lookedAt;
        lookedAt = nanos;
        if (pause > OWN_PAUSE_NANOS) {
            reporters.values().forEach(reporter -> reporter.excuse(pause));
            edges.replaceAll((node, since) -> since + pause);
        }
        for (String node : List.copyOf(edges.keySet())) { // no stream: an idle node comes here four times a second
            if (!present.contains(node)) {
                edges.remove(node);
                drop(node);
            }
        }
        for (Map.Entry<String, Reporter> reporter : List.copyOf(reporters.entrySet())) {
            if (reporter.getValue().isSilentFor(leaseNanos, nanos)) {
                drop(reporter.getKey());
            }
        }
        present.forEach(node -> edges.putIfAbsent(node, nanos));
    }

    /** Takes the changes that are due: at most one for a room and second. */
    List<Outgoing> due(long nanos) {
        sentAt.values().removeIf(sent -> nanos - sent >= CHANGE_NANOS);
        if (news.isEmpty()) {
            return List.of();
        }
        Set<PresenceView> views = views();
        List<Outgoing> all = new ArrayList<>();
        for (RoomId name : List.copyOf(news)) {
            RoomAttendance room = rooms.get(name);
            if (room == null) {
                news.remove(name);
            } else if (!sentAt.containsKey(name) && isKnown(name, views)) {
                take(name, room).ifPresent(outgoing -> {
                    sentAt.put(name, nanos);
                    all.add(outgoing);
                });
                settle(name, room);
            } else if (!views.isEmpty() && room.isVacant()) {
                settle(name, room);
            }
        }
        return all;
    }

    private Optional<Outgoing> take(RoomId name, RoomAttendance room) {
        if (room.count() > config.changesUpTo()) {
            room.skipChanges();
            return Optional.empty();
        }
        return room.takeChange(CHANGES_AT_ONCE, versions.getAsLong())
                .filter(change -> !room.watchers().isEmpty())
                .map(change -> new Outgoing(name, Set.copyOf(room.watchers()), change));
    }

    /**
     * The views by which the edge nodes have told everything, and report now. A room is known if each view has its owner here.
     * Empty while an edge node has not told everything, or nothing since this node was stopped, or while none reports.
     */
    private Set<PresenceView> views() {
        Set<PresenceView> views = new HashSet<>(2);
        for (Reporter reporter : reporters.values()) {
            if (reporter.complete().isEmpty() || !reporter.isHeardSincePause()) {
                return Set.of();
            }
            views.add(reporter.complete().get());
            views.add(reporter.view());
        }
        return isAwaiting() ? Set.of() : views;
    }

    private boolean isKnown(RoomId room, Set<PresenceView> views) {
        return !views.isEmpty()
                && views.stream()
                        .allMatch(view -> view.ownerOf(room).filter(me::equals).isPresent());
    }

    /**
     * Whether an edge node has not reported yet, since it is new or back. An edge node that is silent for its lease is not waited
     * for.
     */
    private boolean isAwaiting() {
        return edges.entrySet().stream()
                .anyMatch(edge -> lookedAt - edge.getValue() <= leaseNanos && !reporters.containsKey(edge.getKey()));
    }

    private void drop(String node) {
        forget(node).forEach(name -> find(name).ifPresent(room -> settle(name, room)));
    }

    /** Forgets everything that a node told. Returns the rooms, some of which may be vacant now. */
    private List<RoomId> forget(String node) {
        Optional<Reporter> gone = Optional.ofNullable(reporters.remove(node));
        gone.ifPresent(reporter -> rooms.values().forEach(room -> {
            room.drop(reporter.number(), false);
            room.setWatched(node, false);
        }));
        return gone.isPresent() ? List.copyOf(rooms.keySet()) : List.of();
    }

    private void settle(RoomId name, RoomAttendance room) {
        if (room.isVacant()) {
            rooms.remove(name);
            news.remove(name);
        } else if (room.hasNews()) {
            news.add(name);
        } else {
            news.remove(name);
        }
    }

    /** One edge node, from the view of an owner. */
    private static final class Reporter {
        private final int number;
        private final long incarnation;
        private PresenceView view;
        private Optional<PresenceView> complete = Optional.empty();
        private long lastReport;
        private long heardAt;
        private boolean heardSincePause = true;

        /** @param number the number that stands for the node in the counts of sessions */
        Reporter(int number, PresenceReport first, long nanos) {
            this.number = number;
            this.incarnation = first.incarnation();
            this.view = first.view();
            this.heardAt = nanos;
        }

        int number() {
            return number;
        }

        boolean isOf(long other) {
            return incarnation == other;
        }

        boolean isNew(PresenceReport report) {
            return report.number() > lastReport;
        }

        void heard(PresenceReport report, long nanos) {
            lastReport = report.number();
            heardAt = nanos;
            heardSincePause = true;
            view = report.view().equals(view) ? view : report.view(); // one object for all its reports
            if (report.complete()) {
                complete = Optional.of(view);
            }
        }

        /** Leaves out the time in which the owner itself could not hear. Its knowledge of the node is as old as that. */
        void excuse(long nanos) {
            heardAt += nanos;
            heardSincePause = false;
        }

        /** Whether the node has reported since the owner itself was stopped. */
        boolean isHeardSincePause() {
            return heardSincePause;
        }

        boolean isSilentFor(long leaseNanos, long nanos) {
            return nanos - heardAt > leaseNanos;
        }

        PresenceView view() {
            return view;
        }

        /** The view by which the node has told the owner everything. */
        Optional<PresenceView> complete() {
            return complete;
        }
    }
}
