package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.ConsentLimits;
import dev.portcullis.rooms.directory.Entrant;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WatchedRows;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who hears of a change of a room, and what. */
class MembershipNewsTest {
    private static final int PAGE = 2;
    private static final RoomLimits LIMITS = new RoomLimits(2, 3, 10, 1, 10, PAGE, 60_000, ConsentLimits.STANDARD);
    private static final long LONG_MS = 30_000;
    private static final Room ROOM = new Room(new RoomId("r1"), "Tea", Visibility.PRIVATE, new UserId("ann"), 1);
    private static final Sender ANN = sender("ann");
    private static final UserId BEN = new UserId("ben");

    private final List<MembershipNotice> told = new CopyOnWriteArrayList<>();
    private final Promise<List<RoomStore.Member>> never = Promise.promise();

    private final RowStore rows = new MemoryRowStore(System::currentTimeMillis);
    private final RoomStore rooms = new RoomStore(rows);
    private final RoomListStore lists = new RoomListStore(rows);

    @BeforeEach
    void create() throws Exception {
        assertThat(done(rooms.create(ROOM, Long.MAX_VALUE))).isEqualTo(RoomChange.DONE);
    }

    @Test
    void all_members_of_a_deleted_room_are_told_that_they_are_none_any_more() throws Exception {
        for (String member : List.of("ben", "cleo", "dan", "eve")) {
            put(new UserId(member), RoomRole.MEMBER);
        }
        assertThat(delete(news(rooms, LONG_MS), ANN)).isEqualTo(RoomChange.DONE);
        assertThat(told)
                .containsExactly(
                        end("ann", Optional.of(ANN.userId())),
                        end("ben", Optional.of(ANN.userId())),
                        end("cleo", Optional.of(ANN.userId())),
                        end("dan", Optional.of(ANN.userId())),
                        end("eve", Optional.of(ANN.userId())));
    }

    @Test
    void one_who_left_before_the_deletion_read_the_members_is_told_all_the_same() throws Exception {
        delete(news(rooms, LONG_MS), ANN);
        told.clear();
        done(news(rooms, LONG_MS)
                .ended(new RoomAuthorizer.FormerMember(ROOM.id(), BEN, Optional.of(ANN.userId()), Optional.of("Tea"))));
        assertThat(told).containsExactly(end("ben", Optional.of(ANN.userId())));
    }

    @Test
    void deletion_by_the_applications_server_names_no_user() throws Exception {
        delete(news(rooms, LONG_MS), sender("system"));
        assertThat(told).containsExactly(end("ann", Optional.empty()));
    }

    @Test
    void deletion_that_another_one_overtook_tells_nothing() throws Exception {
        RoomChange change =
                done(news(rooms, LONG_MS).deleted(ROOM, ANN, () -> deletion(ANN).compose(first -> deletion(ANN))));
        assertThat(change).isEqualTo(RoomChange.ABSENT);
        assertThat(told).isEmpty();
    }

    @Test
    void deletion_under_a_condition_that_does_not_hold_tells_nothing() throws Exception {
        Condition stale = new Condition(BEN, Optional.of(Membership.taken(RoomRole.OWNER, 0)));
        RoomChange change = done(news(rooms, LONG_MS)
                .deleted(
                        ROOM,
                        ANN,
                        () -> rooms.delete(ROOM.id(), ANN.userId(), new RoomTerms(List.of(stale), Long.MAX_VALUE))));
        assertThat(change).isEqualTo(RoomChange.CHANGED);
        assertThat(told).isEmpty();
    }

    @Test
    void members_whose_read_fails_hold_up_no_deletion_and_those_before_are_told() throws Exception {
        put(BEN, RoomRole.MEMBER);
        put(new UserId("cleo"), RoomRole.MEMBER);
        RoomStore failing = secondPage(() -> Future.failedFuture(new StoreFailure("no store")));
        assertThat(delete(news(failing, LONG_MS), ANN)).isEqualTo(RoomChange.DONE);
        assertThat(told).extracting(MembershipNotice::to).containsExactly(ANN.userId(), BEN);
    }

    @Test
    void members_that_the_store_does_not_say_in_time_hold_up_no_deletion_and_those_before_are_told() throws Exception {
        put(BEN, RoomRole.MEMBER);
        put(new UserId("cleo"), RoomRole.MEMBER);
        assertThat(delete(news(secondPage(never::future), 500), ANN)).isEqualTo(RoomChange.DONE);
        assertThat(told).extracting(MembershipNotice::to).containsExactly(ANN.userId(), BEN);
    }

    @Test
    void change_is_told_with_the_name_that_the_room_has_when_it_is_told() throws Exception {
        put(BEN, RoomRole.MODERATOR);
        done(rooms.update(ROOM, ROOM.with("Coffee", Optional.empty()), RoomTerms.NONE));
        done(news(rooms, LONG_MS).changed(ROOM.id(), BEN, RoomRole.MODERATOR, Optional.of(ANN.userId())));
        assertThat(told)
                .containsExactly(new MembershipNotice(
                        BEN, ROOM.id(), Optional.of(RoomRole.MODERATOR), "Coffee", Optional.of(ANN.userId())));
    }

    @Test
    void change_that_another_one_followed_is_not_told() throws Exception {
        put(BEN, RoomRole.OWNER);
        MembershipNews news = news(rooms, LONG_MS);
        done(news.changed(ROOM.id(), BEN, RoomRole.MEMBER, Optional.of(ANN.userId())));
        done(rooms.removeMember(ROOM.id(), BEN, RoomTerms.NONE));
        done(news.changed(ROOM.id(), BEN, RoomRole.OWNER, Optional.of(ANN.userId())));
        assertThat(told).isEmpty();
    }

    private MembershipNews news(RoomStore rooms, long readMs) {
        return new MembershipNews(rooms, new RoomDirectory(rooms, lists, LIMITS), told::addAll, readMs);
    }

    /** The same store, of whose members the second page comes from elsewhere. */
    private RoomStore secondPage(Supplier<Future<?>> page) {
        return new RoomStore(new WatchedRows(
                rows,
                reads -> reads.ranges().stream().anyMatch(range -> !range.from().isEmpty())
                        ? page.get()
                        : Future.succeededFuture(),
                any -> Future.succeededFuture()));
    }

    private RoomChange delete(MembershipNews news, Sender by) throws Exception {
        return done(news.deleted(ROOM, by, () -> deletion(by)));
    }

    private Future<RoomChange> deletion(Sender by) {
        return rooms.delete(ROOM.id(), by.userId(), RoomTerms.NONE);
    }

    private void put(UserId user, RoomRole role) throws Exception {
        Entrant entrant = new Entrant(user, Membership.taken(role, 0), 10, false);
        assertThat(done(rooms.putMember(ROOM.id(), entrant, RoomTerms.NONE))).isEqualTo(RoomChange.DONE);
    }

    private static MembershipNotice end(String user, Optional<UserId> by) {
        return new MembershipNotice(new UserId(user), ROOM.id(), Optional.empty(), "Tea", by);
    }

    private static Sender sender(String user) {
        return new Sender(new UserId(user), Optional.empty(), Role.MEMBER, List.of(), "");
    }
}
