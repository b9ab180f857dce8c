package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of every {@link MembershipStore}. */
abstract class MembershipStoreContract {
    protected static final RoomId ROOM = new RoomId("room");
    protected static final UserId ANN = new UserId("ann");

    /** The store under test; after {@link #reopen} another one on the same rows. */
    abstract MembershipStore store();

    abstract void reopen() throws Exception;

    @Test
    void user_who_was_not_added_is_no_member() throws Exception {
        assertThat(find(ROOM, ANN)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = RoomRole.class, mode = EnumSource.Mode.EXCLUDE, names = "ADMIN")
    void added_member_has_their_role_also_after_a_restart(RoomRole role) throws Exception {
        put(ROOM, ANN, role);

        assertThat(find(ROOM, ANN)).contains(new Membership(role));
        reopen();
        assertThat(find(ROOM, ANN)).contains(new Membership(role));
    }

    @Test
    void adding_a_member_again_changes_the_role() throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);
        put(ROOM, ANN, RoomRole.MEMBER);

        assertThat(find(ROOM, ANN)).contains(new Membership(RoomRole.MEMBER));
    }

    @Test
    void removed_user_is_no_member_also_after_a_restart() throws Exception {
        put(ROOM, ANN, RoomRole.OWNER);

        remove(ROOM, ANN);
        remove(ROOM, ANN);

        assertThat(find(ROOM, ANN)).isEmpty();
        reopen();
        assertThat(find(ROOM, ANN)).isEmpty();
    }

    @Test
    void membership_of_one_room_and_user_is_not_read_for_another() throws Exception {
        put(new RoomId("a"), new UserId("bc"), RoomRole.MEMBER);
        put(new RoomId("ab"), new UserId("c"), RoomRole.OWNER);

        assertThat(find(new RoomId("a"), new UserId("bc"))).contains(new Membership(RoomRole.MEMBER));
        assertThat(find(new RoomId("ab"), new UserId("c"))).contains(new Membership(RoomRole.OWNER));
        assertThat(find(new RoomId("a"), new UserId("c"))).isEmpty();
        assertThat(find(new RoomId("A"), new UserId("bc"))).isEmpty();
        assertThat(find(new RoomId("abc"), new UserId("c"))).isEmpty();
        remove(new RoomId("a"), new UserId("b"));
        assertThat(find(new RoomId("a"), new UserId("bc"))).isPresent();
    }

    protected Optional<Membership> find(RoomId room, UserId user) throws Exception {
        return store().find(room, user).await(30, TimeUnit.SECONDS);
    }

    protected void put(RoomId room, UserId user, RoomRole role) throws Exception {
        store().put(room, user, new Membership(role)).await(30, TimeUnit.SECONDS);
    }

    protected void remove(RoomId room, UserId user) throws Exception {
        store().remove(room, user).await(30, TimeUnit.SECONDS);
    }
}
