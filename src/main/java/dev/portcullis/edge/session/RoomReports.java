package dev.portcullis.edge.session;

import dev.portcullis.hooks.outbox.HookOutbox.Held;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reports of an event loop that the store has not taken yet, and which of them are sent next. Reports of one session in
 * one room keep their order. In a lane ends go first.
 *
 * <p>An end is never left out, and needs no bound of its own (CWE-770): as ends go first, no more of them wait than there were
 * subscriptions at one time. Only a subscription that ends before its beginning was sent leaves no report behind, where more
 * wait than the bound.
 */
final class RoomReports {
    /** The calls of frames wait on the same connection to the store. */
    static final int AT_ONCE = 256;

    /** The rest is for other lanes, whose part of the store may answer sooner. */
    static final int AT_ONCE_IN_LANE = 64;

    private final int most;
    private final Pauses pauses;

    /** The reports of each session in a room, oldest first. Each but the first waits for the one before it. */
    private final Map<String, Deque<Report>> byId = new HashMap<>();

    /** The sessions in a room whose first report was sent, at least once. */
    private final Set<String> sent = new HashSet<>();

    private final Map<Integer, Lane> lanes = new HashMap<>();
    private final Deque<Lane> turns = new ArrayDeque<>();
    private int waiting;
    private int underWay;

    /**
     * That a session enters a room, or leaves it.
     *
     * @param id of the session in the room
     * @param beginning the subscription that begins; empty for the end
     */
    record Report(String id, int lane, Optional<Beginning> beginning) {}

    /** @param incarnation of the node that holds it */
    record Beginning(Held held, String incarnation) {}

    /** The pause of a lane after a failure doubles up to the longest. */
    record Pauses(long firstMs, long longestMs) {}

    /** The reports that can be sent to one lane. After a failure one report tries whether its part of the store is back. */
    private static final class Lane {
        private final Map<String, Report> ends = new LinkedHashMap<>();
        private final Map<String, Report> beginnings = new LinkedHashMap<>();
        private long pauseMs;
        private int underWay;
        private boolean failing;
        private boolean paused;
        private boolean hasTurn;

        private Lane(long pauseMs) {
            this.pauseMs = pauseMs;
        }

        private Map<String, Report> ready(Report report) {
            return report.beginning().isPresent() ? beginnings : ends;
        }

        private boolean isEmpty() {
            return ends.isEmpty() && beginnings.isEmpty();
        }

        private boolean maySend() {
            return !paused && !isEmpty() && underWay < (failing ? 1 : AT_ONCE_IN_LANE);
        }

        private Report take() {
            Map<String, Report> from = ends.isEmpty() ? beginnings : ends;
            return Objects.requireNonNull(from.remove(from.keySet().iterator().next()));
        }
    }

    /** @param most reports that may wait before a subscription that was too short to be reported is left out */
    RoomReports(int most, Pauses pauses) {
        this.most = most;
        this.pauses = pauses;
    }

    /** Returns whether the end is left out, with its beginning. */
    boolean add(Report report) {
        Deque<Report> former = byId.computeIfAbsent(report.id(), any -> new ArrayDeque<>(1));
        if (waiting >= most && report.beginning().isEmpty() && dropUnsentBeginning(former)) {
            return true;
        }
        former.add(report);
        waiting++;
        if (former.size() == 1) {
            ready(report);
        }
        return false;
    }

    /** The reports to send now. After each of them {@link #taken} or {@link #failed} is due. */
    List<Report> next() {
        List<Report> due = new ArrayList<>();
        int skipped = 0;
        while (underWay < AT_ONCE && skipped < turns.size()) {
            Lane lane = turns.remove();
            if (lane.maySend()) {
                Report report = lane.take();
                due.add(report);
                sent.add(report.id());
                lane.underWay++;
                underWay++;
                skipped = 0;
            } else {
                skipped++;
            }
            lane.hasTurn = !lane.isEmpty();
            if (lane.hasTurn) {
                turns.add(lane);
            }
        }
        return due;
    }

    /** The store has it. */
    void taken(Report report) {
        Lane lane = answered(report);
        lane.failing = false;
        lane.pauseMs = pauses.firstMs();
        sent.remove(report.id());
        Deque<Report> of = Objects.requireNonNull(byId.get(report.id()));
        of.remove();
        waiting--;
        if (of.isEmpty()) {
            byId.remove(report.id());
        } else {
            ready(of.element());
        }
    }

    /** The store may have it or not: it is sent again. Returns for how long its lane is to pause, unless it does already. */
    OptionalLong failed(Report report) {
        Lane lane = answered(report);
        lane.failing = true;
        ready(report);
        if (lane.paused) {
            return OptionalLong.empty();
        }
        lane.paused = true;
        long pauseMs = lane.pauseMs;
        lane.pauseMs = Math.min(pauses.longestMs(), 2 * pauseMs);
        return OptionalLong.of(pauseMs);
    }

    /** The pause of a lane is over. */
    void resume(int lane) {
        Objects.requireNonNull(lanes.get(lane)).paused = false;
    }

    /** Reports that the store has not taken yet. */
    int waiting() {
        return waiting;
    }

    private boolean dropUnsentBeginning(Deque<Report> of) {
        @Nullable Report last = of.peekLast();
        if (last == null || last.beginning().isEmpty()) {
            return false;
        }
        if (of.size() == 1) {
            if (sent.contains(last.id())) {
                return false; // the store may have it
            }
            lane(last).beginnings.remove(last.id());
        }
        of.removeLast();
        waiting--;
        if (of.isEmpty()) {
            byId.remove(last.id());
        }
        return true;
    }

    private void ready(Report report) {
        Lane lane = lane(report);
        lane.ready(report).put(report.id(), report);
        if (!lane.hasTurn) {
            lane.hasTurn = true;
            turns.add(lane);
        }
    }

    private Lane answered(Report report) {
        Lane lane = lane(report);
        lane.underWay--;
        underWay--;
        return lane;
    }

    private Lane lane(Report report) {
        return lanes.computeIfAbsent(report.lane(), any -> new Lane(pauses.firstMs()));
    }
}
