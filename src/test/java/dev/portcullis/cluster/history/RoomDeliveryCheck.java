package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the deliveries to one client in one room, from its join until it leaves or is disconnected. After the report of
 * a lost position, entries up to the reported head are not required any more.
 */
final class RoomDeliveryCheck {
    private static final Position NO_POSITION = new Position("", 0);

    private final String room;
    private final ObservedPositions positions;
    private final Findings findings;
    private final Set<Long> deliveredSeqs = new HashSet<>();
    private Optional<Moment> lastMoment = Optional.empty();
    private boolean member;
    private Position lastPosition = NO_POSITION;
    private boolean resuming;

    RoomDeliveryCheck(String room, ObservedPositions positions, Findings findings) {
        this.room = room;
        this.positions = positions;
        this.findings = findings;
    }

    void joined(Moment moment, ClientEvent.Joined joined) {
        checkRemoved(moment, joined.entries());
        if (!joined.requested() && !member) {
            findings.add(Fault.NOT_A_MEMBER, "loss reported to a client that had not joined", withLast(moment));
        }
        if (joined.recovered()) {
            checkResumed(moment, joined);
        } else if (joined.more() || !joined.entries().isEmpty()) {
            findings.add(Fault.INCONSISTENT_ANSWER, "entries without a recovered position", moment);
        }
        member = !joined.more(); // live entries come after the last part
        resuming = joined.more();
        lastPosition = joined.head();
        deliveredSeqs.clear();
        lastMoment = Optional.of(moment);
    }

    private void checkResumed(Moment moment, ClientEvent.Joined joined) {
        long head = joined.head().seq();
        Optional<Position> since = joined.since();
        if (since.isEmpty()) {
            findings.add(Fault.INCONSISTENT_ANSWER, "recovered without a position in the join", moment);
            return;
        }
        checkBranch(moment, since.get(), joined.head());
        joined.entries().forEach(each -> checkBranch(moment, each.at(), joined.head()));
        long end = checkConsecutive(moment, since.get().seq(), joined.entries());
        if (end > head || (joined.more() && joined.entries().isEmpty())) {
            findings.add(Fault.INCONSISTENT_ANSWER, "entries beyond the head, or more without entries", moment);
        }
        if (end < head) {
            reportGap(moment, end + 1);
        }
    }

    void read(Moment moment, ClientEvent.HistoryRead historyRead) {
        checkRemoved(moment, historyRead.entries());
        checkConsecutive(moment, historyRead.after(), historyRead.entries());
        lastMoment = Optional.of(moment);
    }

    void delivered(Moment moment, Entry entry) {
        checkRemoved(moment, List.of(entry));
        long seq = entry.seq();
        if (!member) {
            findings.add(Fault.NOT_A_MEMBER, "seq " + seq, withLast(moment));
        } else if (seq > lastPosition.seq() + 1) {
            reportGap(moment, lastPosition.seq() + 1);
            lastPosition = entry.at();
        } else if (seq == lastPosition.seq() + 1) {
            checkBranch(moment, lastPosition, entry.at());
            lastPosition = entry.at();
        } else {
            Fault fault = deliveredSeqs.contains(seq) ? Fault.DUPLICATE_DELIVERY : Fault.OUT_OF_ORDER;
            findings.add(fault, "seq " + seq + " after seq " + lastPosition.seq(), withLast(moment));
        }
        deliveredSeqs.add(seq);
        lastMoment = Optional.of(moment);
        if (entry.kind().equals(Entry.REMOVAL) && entry.body().equals(moment.user())) {
            member = false;
        }
    }

    void left(Moment moment) {
        member = false;
        resuming = false;
        lastMoment = Optional.of(moment);
    }

    /** At the end of the history a member must have received all entries. */
    void end() {
        if (member) {
            Moment seen = lastMoment.orElseThrow();
            Optional<Observation> newest = positions.removal(room, seen.user()).or(() -> positions.newest(room));
            newest.filter(each -> each.entry().seq() > lastPosition.seq()
                            || !positions.areOnOneBranch(room, each.entry().at(), lastPosition))
                    .ifPresent(any -> positions
                            .at(room, lastPosition.seq() + 1)
                            .or(() -> newest)
                            .ifPresent(missed -> findings.add(
                                    Fault.NEVER_DELIVERED,
                                    "seq " + missed.entry().seq(),
                                    seen,
                                    missed.moment())));
        }
        if (resuming) {
            findings.add(
                    Fault.NEVER_DELIVERED,
                    "nothing came after seq " + lastPosition.seq() + " of a resume",
                    lastMoment.orElseThrow());
        }
    }

    /** Returns the last seq of the entries, which must follow one another. */
    private long checkConsecutive(Moment moment, long after, List<Entry> entries) {
        long end = after;
        for (Entry each : entries) {
            if (each.seq() <= end) {
                findings.add(Fault.OUT_OF_ORDER, "seq " + each.seq() + " after seq " + end, moment);
            } else if (each.seq() > end + 1) {
                reportGap(moment, end + 1);
            }
            end = Math.max(end, each.seq());
        }
        return end;
    }

    /** A subscriber at a position that the store lost must be told before it receives later entries. */
    private void checkBranch(Moment moment, Position from, Position to) {
        if (!positions.areOnOneBranch(room, from, to)) {
            findings.add(Fault.GAP, "position at seq " + from.seq() + " was lost without a report", withLast(moment));
        }
    }

    private void reportGap(Moment moment, long seq) {
        Moment[] excerpt = positions
                .at(room, seq)
                .map(observation -> {
                    Moment[] with = withLast(moment);
                    return with.length == 1
                            ? new Moment[] {with[0], observation.moment()}
                            : new Moment[] {with[0], with[1], observation.moment()};
                })
                .orElseGet(() -> withLast(moment));
        findings.add(Fault.GAP, "seq " + seq + " is missing", excerpt);
    }

    /** A removed user must not receive entries after the removal. */
    private void checkRemoved(Moment moment, List<Entry> entries) {
        if (!entries.isEmpty()) {
            Entry end = entries.get(entries.size() - 1);
            positions
                    .removalBefore(end, moment.user())
                    .ifPresent(
                            removal -> findings.add(Fault.AFTER_REMOVAL, "seq " + end.seq(), removal.moment(), moment));
        }
    }

    private Moment[] withLast(Moment moment) {
        return lastMoment.map(before -> new Moment[] {before, moment}).orElseGet(() -> new Moment[] {moment});
    }
}
