package dev.portcullis.hooks.outbox;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The outboxes of all lanes. The steps that events tell of write them; here they are taken out. A failed future means that
 * the store failed: the step may be done or not.
 */
public interface HookOutbox {
    /** The state of each lane that has events. A lane whose part of the store is away is left out. */
    Future<List<LaneState>> survey();

    /**
     * The oldest events of a queue, which no other taker gets until the claim ends by {@link #acknowledge}, {@link #release}
     * or its time. Empty where there are none, or where another one has them. Events of a key of which others wait aside are
     * put behind those.
     *
     * @param taker names who takes them, over the whole cluster
     */
    Future<Optional<Claim>> claim(LaneQueue queue, String taker, Bounds bounds);

    /** Removes the first {@code count} events of a claim, as far as they still wait; ends the claim. */
    Future<Void> acknowledge(Claim claim, int count);

    /** Ends a claim, whose events stay. */
    Future<Void> release(Claim claim);

    /** Moves the first event of a claim to the dead letters, and ends the claim. */
    Future<Void> discard(Claim claim, String reason);

    /**
     * Puts the first {@code count} events of a claim aside, with what else has their keys or will have them, until none of
     * these waits any more; ends the claim. If more than a queue may have wait aside, the oldest become dead letters.
     */
    Future<Void> setAside(Claim claim, int count);

    /** Up to {@code most} dead letters of a lane, oldest first. */
    Future<List<DeadLetter>> deadLetters(int lane, int most);

    /** Puts all dead letters of a lane behind its waiting events. Returns how many. */
    Future<Integer> revive(int lane);

    /**
     * Stores that something begins, and holds what is to be told when it ends: by {@link #end}, or with its owner. Does
     * nothing where it is held already.
     *
     * @param incarnation of the node that owns it
     */
    Future<Void> begin(int lane, Held held, String incarnation);

    /** Stores that something ended. Idempotent. */
    Future<Void> end(int lane, String id);

    /** Ends what is held in a lane by incarnations that have no lease there any more. Returns how many. */
    Future<Integer> endOrphans(int lane);

    /**
     * @param waiting events
     * @param claimed whether a taker has the oldest of them
     * @param aside events that wait aside
     * @param asideClaimed whether a taker has the oldest of these
     * @param dead letters
     * @param orphans whether something may be held by an incarnation that is gone
     * @param overflown events that became dead letters because the outbox was full
     * @param lost dead letters for which there was no room
     */
    record LaneState(
            int lane,
            long waiting,
            boolean claimed,
            long aside,
            boolean asideClaimed,
            long dead,
            boolean orphans,
            long overflown,
            long lost) {
        /** The queues of which events can be claimed. */
        public Stream<LaneQueue> claimable() {
            LaneQueue queue = LaneQueue.of(lane);
            return Stream.concat(
                    waiting > 0 && !claimed ? Stream.of(queue) : Stream.empty(),
                    aside > 0 && !asideClaimed ? Stream.of(queue.besides()) : Stream.empty());
        }
    }

    /** @param bytes of rows; at least one event is taken */
    record Bounds(int events, int bytes, long claimMs) {}

    /** @param rows as they are stored, by which the events are known when they are removed */
    record Claim(LaneQueue queue, String taker, List<StoredEvent> events, List<byte[]> rows) {}

    /** An event that was given up. */
    record DeadLetter(int lane, long at, String reason, StoredEvent event) {}

    /**
     * @param id unique in the lane
     * @param begun told now
     * @param ended told at its end
     */
    record Held(String id, HookEvent begun, HookEvent ended) {}
}
