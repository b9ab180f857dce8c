package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Memberships in the embedded store: a row for each room and user. Its key begins with the room, so that a room's rows
 * are adjacent.
 */
public final class EmbeddedMembershipStore implements MembershipStore {
    private final EmbeddedStore store;
    private final Table members;

    /** Blocks the thread: create it while starting. */
    public EmbeddedMembershipStore(EmbeddedStore store) {
        this.store = store;
        this.members = store.table("rooms.members");
    }

    @Override
    public Future<Optional<Membership>> find(RoomId room, UserId user) {
        return store.read(reader -> MembershipRow.decode(reader.get(members, key(room, user))));
    }

    @Override
    public Future<Void> put(RoomId room, UserId user, Membership membership) {
        return store.write(batch -> {
                    batch.put(members, key(room, user), MembershipRow.encode(membership));
                    return membership;
                })
                .mapEmpty();
    }

    @Override
    public Future<Void> remove(RoomId room, UserId user) {
        return store.write(batch -> {
                    batch.delete(members, key(room, user));
                    return user;
                })
                .mapEmpty();
    }

    /** Neither id can contain the separator. */
    private static byte[] key(RoomId room, UserId user) {
        return (room.value() + '\0' + user.value()).getBytes(StandardCharsets.US_ASCII);
    }
}
