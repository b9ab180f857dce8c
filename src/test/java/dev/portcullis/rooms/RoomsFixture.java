package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.DirectConfig.Allow;
import dev.portcullis.rooms.RoomsConfig.Adding;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.invitation.InvitationStore;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.streams.RetentionRule;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What tests of this stage and its users start from. */
public final class RoomsFixture {
    private RoomsFixture() {}

    public static RoomsConfig open(RoomId... rooms) {
        return new RoomsConfig(Set.of(rooms), Adding.INVITE, RoomLimits.STANDARD, Optional.empty());
    }

    /** Without bars, sessions, blocks and an authorizer. */
    public static RoomsVerticle.Sources sources(RoomStore rooms, RoomListStore lists) {
        return sources(rooms, lists, notices -> {});
    }

    /** @param notices are told of memberships */
    public static RoomsVerticle.Sources sources(
            RoomStore rooms, RoomListStore lists, Consumer<List<MembershipNotice>> notices) {
        return sources(rooms, lists, new ScriptedStreams(), notices);
    }

    static RoomsVerticle.Sources sources(
            RoomStore rooms, RoomListStore lists, RoomStreams streams, Consumer<List<MembershipNotice>> notices) {
        return new RoomsVerticle.Sources(
                rooms,
                lists,
                streams,
                Live.fixed(Optional.empty()),
                new RoomsVerticle.DirectSource(
                        Live.fixed(new DirectConfig(Allow.ANYONE, Optional.empty())), Live.fixed(Optional.empty())),
                user -> Future.succeededFuture(Optional.empty()),
                (owner, user) -> Future.succeededFuture(false),
                notices,
                new InvitationStore(new MemoryRowStore(System::currentTimeMillis)),
                (owner, user) -> Future.succeededFuture(false),
                System::currentTimeMillis,
                Live.fixed(RetentionRule.UNBOUNDED));
    }

    static RoomFacts facts(Optional<Membership> membership) {
        return new RoomFacts(Optional.empty(), false, membership, Optional.empty(), false, false);
    }

    /** Everything that a store may know of a room and a user. */
    static List<RoomFacts> allFacts(RoomId id) {
        List<Optional<Membership>> memberships = new ArrayList<>(List.of(Optional.empty()));
        for (RoomRole role : EnumSet.range(RoomRole.MEMBER, RoomRole.OWNER)) {
            memberships.add(Optional.of(Membership.taken(role, 0)));
        }
        List<RoomFacts> all = new ArrayList<>();
        for (Optional<Long> muted : List.of(Optional.<Long>empty(), Optional.of(1L))) {
            all.add(new RoomFacts(Optional.empty(), true, Optional.empty(), muted, false, false));
            for (Optional<Membership> membership : memberships) {
                all.add(new RoomFacts(Optional.empty(), false, membership, muted, false, false));
                for (Visibility visibility : Visibility.values()) {
                    Room room = new Room(id, "Name", visibility, new UserId("eve"), 1);
                    all.add(new RoomFacts(Optional.of(room), false, membership, muted, false, false));
                }
            }
        }
        return all;
    }
}
