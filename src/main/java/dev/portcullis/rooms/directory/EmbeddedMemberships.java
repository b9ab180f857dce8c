package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomCondition;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.Obstacle;
import dev.portcullis.streams.embedded.MembershipTable;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Members of rooms in the embedded store, as the step of an append to the room's stream sees them. */
public final class EmbeddedMemberships implements MembershipTable {
    private final RoomStep.Tables tables;
    private final LongSupplier clock;

    /**
     * Blocks the thread: create it while starting.
     *
     * @param clock of mutes, in milliseconds
     */
    public EmbeddedMemberships(EmbeddedStore store, LongSupplier clock) {
        this.tables = RoomStep.Tables.of(store);
        this.clock = clock;
    }

    @Override
    public boolean isMember(Batch batch, MembershipEnd end) {
        return step(batch, end.room()).membership(end.user()).isPresent();
    }

    @Override
    public Optional<Obstacle> obstacle(Batch batch, MembershipEnd end) {
        RoomStep step = step(batch, end.room());
        Optional<Membership> present = step.membership(end.user());
        if (end.leaves() && present.isEmpty()) {
            return Optional.of(Obstacle.ABSENT);
        }
        if (!end.leaves()
                && present.isPresent()
                && !present.map(Membership::role).equals(end.role().flatMap(RoomRole::of))) {
            return Optional.of(Obstacle.CHANGED);
        }
        return step.isLastOwner(present) ? Optional.of(Obstacle.LAST_OWNER) : Optional.empty();
    }

    @Override
    public Optional<Obstacle> obstacle(Batch batch, RoomCondition condition) {
        RoomStep step = step(batch, condition.room());
        if (step.state().isDeleted(clock.getAsLong())) {
            return Optional.of(Obstacle.GONE);
        }
        if (condition.speaks()
                && step.mutedUntil(condition.user())
                        .filter(until -> until > clock.getAsLong())
                        .isPresent()) {
            return Optional.of(Obstacle.MUTED);
        }
        Optional<RoomRole> permitted = condition.role().flatMap(RoomRole::of);
        Optional<RoomRole> present =
                permitted.flatMap(any -> step.membership(condition.user())).map(Membership::role);
        return present.equals(permitted)
                ? Optional.empty()
                : Optional.of(present.isEmpty() ? Obstacle.GONE : Obstacle.OTHER_ROLE);
    }

    @Override
    public void end(Batch batch, MembershipEnd end) {
        RoomStep step = step(batch, end.room());
        if (step.membership(end.user()).isPresent()) {
            step.change(end.user(), Optional.empty());
        }
    }

    private RoomStep step(Batch batch, RoomId room) {
        return new RoomStep(batch, tables, room);
    }
}
