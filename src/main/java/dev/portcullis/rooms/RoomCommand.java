package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.streams.OwnRetention;
import java.util.Optional;

/** A change of a room that a user asks for. Repeating it does no harm, as long as no other change came between. */
public sealed interface RoomCommand {
    Sender by();

    RoomId room();

    /**
     * The latest time of the change, by the store's clock. After it, the user has heard that it may not be done, and may go on.
     */
    long notAfter();

    <R> R accept(Cases<R> cases);

    /** One arm for each command. */
    interface Cases<R> {
        R create(Create command);

        R update(Update command);

        R putMember(PutMember command);

        R delete(Delete command);

        R mute(Mute command);

        R accept(Accept command);

        R decline(Decline command);

        R handOver(HandOver command);
    }

    /**
     * Creates a room, of which the user is the owner.
     *
     * @param chosen whether the user chose the id; otherwise it is random
     * @param name the name as the user wrote it
     */
    @WireName("Create")
    record Create(Sender by, RoomId room, boolean chosen, String name, Visibility visibility, long now, long notAfter)
            implements RoomCommand {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.create(this);
        }
    }

    /**
     * Changes the values that are given, each as the user wrote it.
     *
     * @param topic an empty text takes the topic away
     * @param retention what is set of the retention, in place of what was set before
     */
    @WireName("Update")
    record Update(
            Sender by,
            RoomId room,
            Optional<String> name,
            Optional<String> topic,
            long notAfter,
            Optional<OwnRetention> retention)
            implements RoomCommand {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.update(this);
        }
    }

    /** Adds a member, or invites one, or changes their role, and lifts their bar. */
    @WireName("PutMember")
    record PutMember(Sender by, RoomId room, UserId target, RoomRole role, long notAfter) implements RoomCommand {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.putMember(this);
        }
    }

    @WireName("Delete")
    record Delete(Sender by, RoomId room, long notAfter) implements RoomCommand {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.delete(this);
        }
    }

    /** @param forMs 0 ends the mute */
    @WireName("Mute")
    record Mute(Sender by, RoomId room, UserId target, long forMs, long notAfter) implements RoomCommand {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.mute(this);
        }
    }

    /**
     * Accepts an invitation, or the membership that somebody else gave the user.
     *
     * @param role the role that the user was shown, and no other: the inviter may have invited to another one meanwhile; empty
     * for the lowest
     */
    @WireName("Accept")
    record Accept(Sender by, RoomId room, long notAfter, Optional<RoomRole> role) implements RoomCommand {
        boolean covers(RoomRole offered) {
            return role.map(offered::equals).orElse(true);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.accept(this);
        }
    }

    /** Declines the invitations to a room, if there are some. */
    @WireName("Decline")
    record Decline(Sender by, RoomId room, long notAfter) implements RoomCommand {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.decline(this);
        }
    }

    /**
     * Lets the last owner of a room leave it: another member becomes an owner, and without one the room is deleted. The outcome
     * shows the room if there still is one.
     */
    @WireName("HandOver")
    record HandOver(Sender by, RoomId room, long notAfter) implements RoomCommand {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.handOver(this);
        }
    }
}
