package dev.portcullis.hooks.outbox;

import java.util.stream.Stream;

/**
 * The state of a lane's outbox.
 *
 * @param claimed whether a taker has the oldest of them
 * @param asideClaimed whether a taker has the oldest of these
 * @param full whether more events wait than may
 * @param overflown events that were given up because the outbox was full
 * @param lost dead letters for which there was no room
 */
public record LaneState(
        int lane,
        long waiting,
        boolean claimed,
        long aside,
        boolean asideClaimed,
        long dead,
        boolean full,
        long overflown,
        long lost) {
    public Stream<LaneQueue> claimable() {
        LaneQueue queue = LaneQueue.of(lane);
        return Stream.concat(
                waiting > 0 && !claimed ? Stream.of(queue) : Stream.empty(),
                aside > 0 && !asideClaimed ? Stream.of(queue.besides()) : Stream.empty());
    }

    boolean isEmpty() {
        return waiting + aside + dead + overflown + lost == 0;
    }
}
