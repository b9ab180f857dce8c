package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One client in one room: what it must be given from its join on, until it leaves or is cut off. A client that is told
 * that its place is lost is owed nothing of what lies before the head it is told.
 */
final class Seat {
    private static final Position NOWHERE = new Position("", 0);

    private final String room;
    private final Places places;
    private final Findings findings;
    private final Set<Long> heard = new HashSet<>();
    private Optional<Moment> last = Optional.empty();
    private boolean in;
    private Position live = NOWHERE;
    private boolean resuming;

    Seat(String room, Places places, Findings findings) {
        this.room = room;
        this.places = places;
        this.findings = findings;
    }

    void joined(Moment moment, ClientEvent.Joined joined) {
        checkBarred(moment, joined.entries());
        if (!joined.asked() && !in) {
            findings.add(Fault.NOT_A_MEMBER, "no place to lose", withLast(moment));
        }
        if (joined.recovered()) {
            checkResumed(moment, joined);
        } else if (joined.more() || !joined.entries().isEmpty()) {
            findings.add(Fault.INCOHERENT, "entries without a place to resume from", moment);
        }
        in = !joined.more(); // what is live comes after the last part
        resuming = joined.more();
        live = joined.head();
        heard.clear();
        last = Optional.of(moment);
    }

    private void checkResumed(Moment moment, ClientEvent.Joined joined) {
        long head = joined.head().seq();
        Optional<Position> since = joined.since();
        if (since.isEmpty()) {
            findings.add(Fault.INCOHERENT, "recovered from nowhere", moment);
            return;
        }
        checkStory(moment, since.get(), joined.head());
        joined.entries().forEach(each -> checkStory(moment, each.at(), joined.head()));
        long end = follow(moment, since.get().seq(), joined.entries());
        if (end > head || (joined.more() && joined.entries().isEmpty())) {
            findings.add(Fault.INCOHERENT, "more, or the place it reaches, is wrong", moment);
        }
        if (end < head) {
            missing(moment, end + 1);
        }
    }

    void read(Moment moment, ClientEvent.Read read) {
        checkBarred(moment, read.entries());
        follow(moment, read.after(), read.entries());
        last = Optional.of(moment);
    }

    void heard(Moment moment, Entry entry) {
        checkBarred(moment, List.of(entry));
        long seq = entry.seq();
        if (!in) {
            findings.add(Fault.NOT_A_MEMBER, "seq " + seq, withLast(moment));
        } else if (seq > live.seq() + 1) {
            missing(moment, live.seq() + 1);
            live = entry.at();
        } else if (seq == live.seq() + 1) {
            checkStory(moment, live, entry.at());
            live = entry.at();
        } else {
            Fault fault = heard.contains(seq) ? Fault.DUPLICATE : Fault.OUT_OF_ORDER;
            findings.add(fault, "seq " + seq + " after seq " + live.seq(), withLast(moment));
        }
        heard.add(seq);
        last = Optional.of(moment);
        if (entry.kind().equals(Entry.REMOVAL) && entry.body().equals(moment.user())) {
            in = false;
        }
    }

    void left(Moment moment) {
        in = false;
        resuming = false;
        last = Optional.of(moment);
    }

    /** The history ends here: who is still in must have got all there is. */
    void end() {
        if (in) {
            Moment seen = last.orElseThrow();
            Optional<Observation> newest = places.removal(room, seen.user()).or(() -> places.last(room));
            newest.filter(each -> each.entry().seq() > live.seq()
                            || !places.agree(room, each.entry().at(), live))
                    .ifPresent(any -> places.at(room, live.seq() + 1)
                            .or(() -> newest)
                            .ifPresent(missed -> findings.add(
                                    Fault.NEVER_DELIVERED,
                                    "seq " + missed.entry().seq(),
                                    seen,
                                    missed.moment())));
        }
        if (resuming) {
            findings.add(
                    Fault.NEVER_DELIVERED, "nothing came after seq " + live.seq() + " of a resume", last.orElseThrow());
        }
    }

    /** Returns the last seq of the entries, which must follow one another. */
    private long follow(Moment moment, long after, List<Entry> entries) {
        long end = after;
        for (Entry each : entries) {
            if (each.seq() <= end) {
                findings.add(Fault.OUT_OF_ORDER, "seq " + each.seq() + " after seq " + end, moment);
            } else if (each.seq() > end + 1) {
                missing(moment, end + 1);
            }
            end = Math.max(end, each.seq());
        }
        return end;
    }

    /** Where the store forgot, a place behind that is lost, and who stands there must be told. */
    private void checkStory(Moment moment, Position from, Position to) {
        if (!places.agree(room, from, to)) {
            findings.add(
                    Fault.HOLE, "the place at seq " + from.seq() + " was lost, and nobody said so", withLast(moment));
        }
    }

    private void missing(Moment moment, long seq) {
        Moment[] excerpt = places.at(room, seq)
                .map(observation -> {
                    Moment[] with = withLast(moment);
                    return with.length == 1
                            ? new Moment[] {with[0], observation.moment()}
                            : new Moment[] {with[0], with[1], observation.moment()};
                })
                .orElseGet(() -> withLast(moment));
        findings.add(Fault.HOLE, "seq " + seq + " is missing", excerpt);
    }

    /** What follows a removal is not for who was removed. */
    private void checkBarred(Moment moment, List<Entry> entries) {
        if (!entries.isEmpty()) {
            Entry end = entries.get(entries.size() - 1);
            places.removalBefore(end, moment.user())
                    .ifPresent(
                            removal -> findings.add(Fault.AFTER_REMOVAL, "seq " + end.seq(), removal.moment(), moment));
        }
    }

    private Moment[] withLast(Moment moment) {
        return last.map(before -> new Moment[] {before, moment}).orElseGet(() -> new Moment[] {moment});
    }
}
