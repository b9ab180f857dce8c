package dev.portcullis.hooks.outbox;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The outboxes of all lanes. The steps that events tell of write them; here they are taken out. A failed future means that
 * the store failed: the step may be done or not.
 */
public interface HookOutbox {
    /** What waits in each lane that has something to look at. A lane whose part of the store is away is left out. */
    Future<List<LaneState>> survey();

    /**
     * The oldest events of a lane, which no other taker gets until the claim ends by {@link #acknowledge}, {@link #release}
     * or its time. Empty where there are none, or where another one has them.
     *
     * @param taker names who takes them, over the whole cluster
     */
    Future<Optional<Claim>> claim(int lane, String taker, Bounds bounds);

    /** Removes the first {@code count} events of a claim, as far as they still wait; ends the claim. */
    Future<Void> acknowledge(Claim claim, int count);

    /** Ends a claim, whose events stay. */
    Future<Void> release(Claim claim);

    /** Moves the first event of a claim to the dead letters, and ends the claim. */
    Future<Void> discard(Claim claim, String reason);

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
     * @param dead letters
     * @param claimed whether a taker has the oldest events
     * @param orphans whether something may be held by an incarnation that is gone
     * @param overflown events that became dead letters because the outbox was full
     * @param lost dead letters for which there was no room
     */
    record LaneState(int lane, long waiting, long dead, boolean claimed, boolean orphans, long overflown, long lost) {}

    /** @param bytes of rows; at least one event is taken */
    record Bounds(int events, int bytes, long claimMs) {}

    /** @param rows as they are stored, by which the events are known when they are removed */
    record Claim(int lane, String taker, List<StoredEvent> events, List<byte[]> rows) {}

    /** An event that was given up. */
    record DeadLetter(int lane, long at, String reason, StoredEvent event) {}

    /**
     * @param id unique in the lane
     * @param begun told now
     * @param ended told at its end
     */
    record Held(String id, HookEvent begun, HookEvent ended) {}
}
