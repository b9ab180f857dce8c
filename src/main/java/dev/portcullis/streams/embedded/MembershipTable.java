package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.Batch;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.MembershipEnd.Obstacle;
import java.util.Optional;

/** The memberships of rooms, which end in the step of an append. */
public interface MembershipTable {
    /** Where no room has members. */
    MembershipTable EMPTY = new MembershipTable() {
        @Override
        public boolean isMember(Batch batch, MembershipEnd end) {
            return false;
        }

        @Override
        public Optional<Obstacle> obstacle(Batch batch, MembershipEnd end) {
            return end.leaves() ? Optional.of(Obstacle.ABSENT) : Optional.empty();
        }

        @Override
        public void end(Batch batch, MembershipEnd end) {}
    };

    boolean isMember(Batch batch, MembershipEnd end);

    /** Why the membership can't end. Writes nothing. */
    Optional<Obstacle> obstacle(Batch batch, MembershipEnd end);

    /** Ends a membership that has no obstacle. */
    void end(Batch batch, MembershipEnd end);
}
