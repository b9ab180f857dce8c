package dev.portcullis.client.bench;

import java.util.HashSet;
import java.util.Set;

/** Follows one member's view of its room's stream: each seq once, in order, without a hole. */
final class SeqCheck {
    /** A stream this torn is judged already; the set of its holes need not grow without bound. */
    private static final int MOST_HOLES = 10_000;

    private byte[] epoch;
    private long last;
    private long lost;
    private long duplicates;
    private long disorders;
    private Set<Long> holes = Set.of();

    SeqCheck(byte[] epoch, long last) {
        this.epoch = epoch.clone();
        this.last = last;
    }

    /** Takes an entry; false for a repeat. */
    boolean record(FrameScan frame) {
        if (!frame.hasEpoch(epoch)) {
            epoch = frame.epoch();
            last = frame.seq() - 1; // places compare only within one epoch
            holes = Set.of();
        }
        return record(frame.seq());
    }

    boolean record(long seq) {
        if (seq == last + 1) {
            last = seq;
            return true;
        }
        if (seq > last) {
            skip(seq);
            return true;
        }
        return late(seq);
    }

    long last() {
        return last;
    }

    /** What became of the promises to one member. */
    record Account(long lost, long duplicates, long disorders) {
        static final Account EMPTY = new Account(0, 0, 0);

        Account plus(Account other) {
            return new Account(lost + other.lost, duplicates + other.duplicates, disorders + other.disorders);
        }
    }

    /** @param acknowledged the last place up to which this member should have everything */
    Account account(long acknowledged) {
        return new Account(lost + Math.max(0, acknowledged - last), duplicates, disorders);
    }

    private void skip(long seq) {
        if (holes.isEmpty()) {
            holes = new HashSet<>();
        }
        for (long hole = last + 1; hole < seq && holes.size() < MOST_HOLES; hole++) {
            holes.add(hole);
        }
        lost += seq - last - 1;
        last = seq;
    }

    private boolean late(long seq) {
        if (!holes.isEmpty() && holes.remove(seq)) {
            lost--;
            disorders++;
            return true;
        }
        duplicates++;
        return false;
    }
}
