package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.RoomCondition;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.streams.MembershipEnd;
import dev.portcullis.streams.Obstacle;
import java.util.Optional;

/** What the step of an append asks of a room's members, and the memberships that end in it. */
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
        public Optional<Obstacle> obstacle(Batch batch, RoomCondition condition) {
            return condition.role().map(any -> Obstacle.GONE);
        }

        @Override
        public void end(Batch batch, MembershipEnd end) {}
    };

    boolean isMember(Batch batch, MembershipEnd end);

    /** Why the membership can't end. Writes nothing. */
    Optional<Obstacle> obstacle(Batch batch, MembershipEnd end);

    /** Why what rests on this condition must not be done. Writes nothing. */
    Optional<Obstacle> obstacle(Batch batch, RoomCondition condition);

    /** Ends a membership that has no obstacle. */
    void end(Batch batch, MembershipEnd end);
}
