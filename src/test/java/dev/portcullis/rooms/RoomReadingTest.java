package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Entrant;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WatchedRows;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage may stand still between the question who asks and the one who is in the room. */
class RoomReadingTest {
    private static final Room ROOM = new Room(new RoomId("r1"), "Tea", Visibility.PRIVATE, new UserId("ann"), 1);
    private static final UserId BEN = new UserId("ben");
    private static final UserId CLEO = new UserId("cleo");

    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private RoomStore store;
    private RoomReading reading;
    private Supplier<Future<?>> beforeMembers = Future::succeededFuture;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        RowStore rows = new EmbeddedRowStore(engine, System::currentTimeMillis);
        store = new RoomStore(rows);
        RoomsConfig config = RoomsFixture.open();
        RoomPolicy policy = new RoomPolicy(Live.fixed(config), Live.fixed(Permissions.DEFAULT));
        RoomStore watched = new RoomStore(new WatchedRows(
                rows,
                reads -> reads.ranges().isEmpty() ? Future.succeededFuture() : beforeMembers.get(),
                any -> Future.succeededFuture()));
        reading = new RoomReading(
                new RoomDecider(policy, watched, new ScriptedStreams(), Live.fixed(Optional.empty())),
                new RoomDirectory(
                        watched, new RoomListStore(new MemoryRowStore(System::currentTimeMillis)), config.limits()),
                Live.fixed(config));
        done(store.create(ROOM, Long.MAX_VALUE));
        done(put(BEN));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void member_sees_the_members() throws Exception {
        assertThat(members(Role.MEMBER)).containsExactly(ROOM.creator(), BEN);
    }

    @Test
    void who_left_before_the_members_are_read_sees_none_who_came_later() throws Exception {
        beforeMembers = () -> leave().compose(any -> put(CLEO));
        assertThat(read(Role.MEMBER)).isEqualTo(RoomOutcome.refused(RoomRefusal.NOT_FOUND));
    }

    @Test
    void admin_needs_no_membership_to_see_the_members() throws Exception {
        beforeMembers = () -> leave().compose(any -> put(CLEO));
        assertThat(members(Role.ADMIN)).containsExactly(ROOM.creator(), CLEO);
    }

    private List<UserId> members(Role role) throws Exception {
        return read(role).fold(done -> done.members().stream().map(Member::user).toList(), why -> List.of());
    }

    private RoomOutcome read(Role role) throws Exception {
        return done(
                reading.read(new Sender(BEN, Optional.empty(), role, List.of(), ""), ROOM.id(), Optional.empty(), 100));
    }

    private Future<?> leave() {
        return store.removeMember(ROOM.id(), BEN, RoomTerms.NONE);
    }

    private Future<?> put(UserId user) {
        return store.putMember(
                ROOM.id(), new Entrant(user, Membership.taken(RoomRole.MEMBER, 0), 10, false), RoomTerms.NONE);
    }
}
