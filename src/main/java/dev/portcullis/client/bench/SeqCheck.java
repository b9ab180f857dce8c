package dev.portcullis.client.bench;

import java.util.HashSet;
import java.util.Set;

/** Checks one member's view of its room's stream: each seq once, in order, without a gap. */
final class SeqCheck {
    /** A stream with this many gaps has failed already, so the set stays bounded. */
    private static final int MAX_GAPS = 10_000;

    private byte[] epoch;
    private long last;
    private long lost;
    private long duplicates;
    private long disorders;
    private Set<Long> gaps = Set.of();

    SeqCheck(byte[] epoch, long last) {
        this.epoch = epoch.clone();
        this.last = last;
    }

    /** Records an entry; false for a duplicate. */
    boolean record(FrameScan frame) {
        if (!frame.hasEpoch(epoch)) {
            epoch = frame.epoch();
            last = frame.seq() - 1; // positions are comparable only within one epoch
            gaps = Set.of();
        }
        return record(frame.seq());
    }

    boolean record(long seq) {
        if (seq == last + 1) {
            last = seq;
            return true;
        }
        if (seq > last) {
            recordGap(seq);
            return true;
        }
        return recordLate(seq);
    }

    long last() {
        return last;
    }

    /** The violated promises to one member. */
    record Account(long lost, long duplicates, long disorders) {
        static final Account EMPTY = new Account(0, 0, 0);

        Account plus(Account other) {
            return new Account(lost + other.lost, duplicates + other.duplicates, disorders + other.disorders);
        }
    }

    /** @param acknowledged the seq up to which this member should have everything */
    Account account(long acknowledged) {
        return new Account(lost + Math.max(0, acknowledged - last), duplicates, disorders);
    }

    private void recordGap(long seq) {
        if (gaps.isEmpty()) {
            gaps = new HashSet<>();
        }
        for (long gap = last + 1; gap < seq && gaps.size() < MAX_GAPS; gap++) {
            gaps.add(gap);
        }
        lost += seq - last - 1;
        last = seq;
    }

    private boolean recordLate(long seq) {
        if (!gaps.isEmpty() && gaps.remove(seq)) {
            lost--;
            disorders++;
            return true;
        }
        duplicates++;
        return false;
    }
}
