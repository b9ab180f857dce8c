package dev.portcullis.rooms.directory;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.MembershipEnd.Obstacle;
import dev.portcullis.streams.embedded.MembershipTable;
import java.util.Optional;

/** Memberships in the embedded store, as they end in the step of an append to the room's stream. */
public final class EmbeddedMemberships implements MembershipTable {
    private final RoomStep.Tables tables;

    /** Blocks the thread: create it while starting. */
    public EmbeddedMemberships(EmbeddedStore store) {
        this.tables = RoomStep.Tables.of(store);
    }

    @Override
    public boolean isMember(Batch batch, MembershipEnd end) {
        return step(batch, end).membership(end.user()).isPresent();
    }

    @Override
    public Optional<Obstacle> obstacle(Batch batch, MembershipEnd end) {
        RoomStep step = step(batch, end);
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
    public void end(Batch batch, MembershipEnd end) {
        RoomStep step = step(batch, end);
        if (step.membership(end.user()).isPresent()) {
            step.change(end.user(), Optional.empty());
        }
    }

    private RoomStep step(Batch batch, MembershipEnd end) {
        return new RoomStep(batch, tables, end.room());
    }
}
