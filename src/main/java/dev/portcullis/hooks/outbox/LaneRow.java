package dev.portcullis.hooks.outbox;

/**
 * The state of a lane's outbox but for its queue of events, as a row.
 *
 * @param aside the numbers of the events that wait aside
 * @param dead the numbers of the dead letters
 * @param overflown events that were given up because the outbox was full
 * @param lost dead letters for which there was no room
 * @param taker of the events in their order
 * @param takerAside of the events that wait aside
 */
record LaneRow(Span aside, Span dead, long overflown, long lost, Taker taker, Taker takerAside) {
    static final LaneRow EMPTY = new LaneRow(Span.NONE, Span.NONE, 0, 0, Taker.NONE, Taker.NONE);

    /** The numbers of rows without a hole. */
    record Span(long oldest, long newest) {
        private static final Span NONE = new Span(1, 0);

        long size() {
            return newest - oldest + 1;
        }

        Span without(long older) {
            return new Span(oldest + older, newest);
        }

        Span with(long more) {
            return new Span(oldest, newest + more);
        }
    }

    /** The node that has the events of a queue, and until when. */
    record Taker(String name, long until) {
        private static final Taker NONE = new Taker("-", 0);

        boolean isActive(long now) {
            return until > now;
        }
    }

    Taker taker(LaneQueue queue) {
        return queue.aside() ? takerAside : taker;
    }

    LaneRow takenBy(LaneQueue queue, String name, long until) {
        Taker next = new Taker(name, until);
        return queue.aside()
                ? new LaneRow(aside, dead, overflown, lost, taker, next)
                : new LaneRow(aside, dead, overflown, lost, next, takerAside);
    }

    /** Ends the claim of this taker, if it has the queue. */
    LaneRow freedBy(LaneQueue queue, String name) {
        return taker(queue).name.equals(name) ? takenBy(queue, Taker.NONE.name, 0) : this;
    }

    LaneRow withAside(Span other) {
        return new LaneRow(other, dead, overflown, lost, taker, takerAside);
    }

    LaneRow withDead(Span other, long moreLost) {
        return new LaneRow(aside, other, overflown, lost + moreLost, taker, takerAside);
    }

    LaneRow overflowing(long more) {
        return new LaneRow(aside, dead, overflown + more, lost, taker, takerAside);
    }
}
