package dev.portcullis.rooms.directory;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomListing.Listed;
import dev.portcullis.rooms.directory.RoomListing.Page;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WatchedRows;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomDirectoryTest {
    private static final RoomLimits LIMITS = new RoomLimits(2, 3, 4, 10, 3, 100, 60_000, ConsentLimits.STANDARD);

    private static final long LATER = Long.MAX_VALUE;
    private static final List<UserId> USERS = List.of(new UserId("ann"), new UserId("ben"), new UserId("eve"));
    private static final List<RoomId> ROOMS =
            List.of(new RoomId("r1"), new RoomId("r2"), new RoomId("r3"), new RoomId("r4"), new RoomId("r5"));
    private static final UserId ANN = USERS.get(0);
    private static final UserId BEN = USERS.get(1);

    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong(1_000_000);
    private final SteppedStores steps = new SteppedStores();
    private EmbeddedStore engine;
    private RoomStore rooms;
    private RowStore roomRows;
    private RowStore rows;
    private RoomListStore lists;
    private RoomDirectory directory;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        roomRows = new EmbeddedRowStore(engine, clock::get);
        rooms = new RoomStore(roomRows);
        rows = new MemoryRowStore(clock::get);
        lists = new RoomListStore(rows);
        directory = new RoomDirectory(rooms, lists, LIMITS);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void user_owns_no_more_rooms_than_they_may_and_another_takes_none_of_them_away() throws Exception {
        assertThat(create("r1", ANN)).isEqualTo(RoomChange.DONE);
        for (String room : List.of("a", "b", "c", "d")) {
            assertThat(create(room, new UserId("by-" + room))).isEqualTo(RoomChange.DONE);
        }
        for (String room : List.of("a", "b", "c")) {
            assertThat(put(room, ANN, RoomRole.MEMBER)).isEqualTo(RoomChange.DONE);
        }
        assertThat(put("d", ANN, RoomRole.MEMBER)).isEqualTo(RoomChange.TOO_MANY_ROOMS);
        assertThat(create("r2", ANN))
                .as("a room of one's own, though others have filled the other list")
                .isEqualTo(RoomChange.DONE);
        assertThat(create("r3", ANN)).isEqualTo(RoomChange.TOO_MANY_ROOMS);
        assertThat(put("d", ANN, RoomRole.OWNER)).isEqualTo(RoomChange.TOO_MANY_ROOMS);
    }

    @Test
    void refused_creation_counts_for_nothing() throws Exception {
        create("r1", BEN);

        for (int i = 0; i < 5; i++) {
            assertThat(create("r1", ANN)).isEqualTo(RoomChange.TAKEN);
        }
        assertThat(create("r2", ANN)).isEqualTo(RoomChange.DONE);
        assertThat(create("r3", ANN)).isEqualTo(RoomChange.DONE);
    }

    @Test
    void entries_without_a_room_make_way_for_new_ones_once_nothing_can_follow_them() throws Exception {
        done(lists.claim(RoomList.owned(ANN), new RoomId("died1"), 2));
        done(lists.claim(RoomList.owned(ANN), new RoomId("died2"), 2));

        assertThat(create("r1", ANN)).isEqualTo(RoomChange.TOO_MANY_ROOMS);
        clock.addAndGet(RoomListStore.KEPT_MS);
        assertThat(create("r1", ANN)).isEqualTo(RoomChange.DONE);
        assertThat(create("r2", ANN)).isEqualTo(RoomChange.DONE);
    }

    /** CWE-400: who may repeat it must not make the server read all of a long list. */
    @Test
    void refusal_for_a_full_list_reads_a_part_of_it() throws Exception {
        int entries = 1_000;
        AtomicInteger finds = new AtomicInteger();
        RoomDirectory watched = new RoomDirectory(
                counting(finds),
                lists,
                new RoomLimits(entries, entries, 10, 10, 10, 100, 60_000, ConsentLimits.STANDARD));
        for (int i = 0; i < entries; i++) {
            done(lists.claim(RoomList.owned(ANN), new RoomId("died" + i), entries));
        }
        Room room = new Room(new RoomId("new"), "New", Visibility.PRIVATE, ANN, 1);
        assertThat(done(watched.create(room, LATER))).isEqualTo(RoomChange.TOO_MANY_ROOMS);
        assertThat(finds.get()).isPositive().isLessThan(entries / 4);
        clock.addAndGet(RoomListStore.KEPT_MS);
        assertThat(done(watched.create(room, LATER))).isEqualTo(RoomChange.DONE);
    }

    /** The same store, whose reads of rooms are counted. */
    private RoomStore counting(AtomicInteger finds) {
        return new RoomStore(new WatchedRows(
                roomRows,
                any -> {
                    finds.incrementAndGet();
                    return Future.succeededFuture();
                },
                any -> Future.succeededFuture()));
    }

    @Test
    void listing_shows_own_then_joined_then_public_rooms_each_once_in_pages() throws Exception {
        create("r5", ANN);
        create("r4", BEN);
        done(directory.create(new Room(new RoomId("r3"), "Public", Visibility.PUBLIC, ANN, 1), LATER));
        done(directory.create(new Room(new RoomId("r2"), "Public", Visibility.PUBLIC, BEN, 1), LATER));
        done(directory.create(new Room(new RoomId("r1"), "Public", Visibility.PUBLIC, USERS.get(2), 1), LATER));
        put("r4", ANN, RoomRole.MODERATOR);

        for (int limit = 1; limit <= 6; limit++) {
            assertThat(listed(ANN, limit)).as("pages of %d", limit).containsExactly("r3", "r5", "r4", "r1", "r2");
        }
        assertThat(listed(new UserId("guest"), 2)).containsExactly("r1", "r2", "r3");
    }

    @Test
    void private_room_is_listed_for_its_members_only_and_until_it_is_deleted() throws Exception {
        create("r1", ANN);
        put("r1", BEN, RoomRole.MEMBER);
        assertThat(listed(USERS.get(2), 10)).isEmpty();
        assertThat(listed(BEN, 10)).containsExactly("r1");

        done(directory.delete(new RoomId("r1"), ANN, RoomTerms.NONE));
        assertThat(listed(ANN, 10)).isEmpty();
        assertThat(listed(BEN, 10)).isEmpty();
    }

    @Test
    void mute_lasts_no_longer_than_the_longest_one() throws Exception {
        assertThat(done(directory.mute(new RoomId("r1"), ANN, Long.MAX_VALUE, RoomTerms.NONE)))
                .isEqualTo(RoomChange.DONE);

        assertThat(done(rooms.find(new RoomId("r1"), ANN)).mutedUntil()).contains(clock.get() + 60_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "owned", "~", "mine~", "owned~*", "owned~a b", "owned~-a", "public~r1~r2"})
    void malformed_cursor_is_none(String text) {
        assertThat(RoomCursor.parse(text)).isEmpty();
    }

    /** Cut between any two calls of the stores, or still for minutes there, and with several changes under way at the same time. */
    @Test
    void lists_never_lack_a_room_and_are_right_again_after_a_while_wherever_processes_die() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RoomDirectory stepped = new RoomDirectory(
                new RoomStore(steps.stepped(RowStore.class, roomRows)),
                new RoomListStore(steps.stepped(RowStore.class, rows)),
                LIMITS);
        for (int round = 0; round < 150; round++) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                begin(stepped, random);
            }
            int budget = random.nextInt(12);
            while (!steps.isIdle() && (budget-- > 0 || random.nextBoolean())) {
                steps.step(random);
                clock.addAndGet(random.nextInt(10) == 0 ? random.nextInt(200_000) : 1);
            }
            if (random.nextInt(3) == 0) {
                steps.cut();
            }
            checkNoneIsLacking("seed " + seed + ", round " + round);
        }
        steps.cut();
        checkListsAreRight("seed " + seed);
    }

    private void begin(RoomDirectory stepped, Random random) {
        UserId user = USERS.get(random.nextInt(USERS.size()));
        RoomId room = ROOMS.get(random.nextInt(ROOMS.size()));
        Visibility visibility = List.of(Visibility.values()).get(random.nextInt(2));
        List<RoomRole> roles = List.of(RoomRole.MEMBER, RoomRole.MODERATOR, RoomRole.OWNER);
        RoomRole role = roles.get(random.nextInt(roles.size()));
        Future<?> begun = switch (random.nextInt(6)) {
            case 0, 1 -> stepped.create(new Room(room, "Name", visibility, user, random.nextLong()), LATER);
            case 2, 3 -> stepped.putMember(room, user, Membership.taken(role, 0), false, RoomTerms.NONE);
            case 4 -> stepped.removeMember(room, user, RoomTerms.NONE);
            default -> stepped.list(user, Optional.empty(), 100);
        };
        if (random.nextInt(40) == 0) {
            Future<?> deleted = stepped.delete(room, user, RoomTerms.NONE);
            assertThat(deleted).isNotNull();
        }
        assertThat(begun).isNotNull();
    }

    private void checkNoneIsLacking(String when) throws Exception {
        for (UserId user : USERS) {
            int owned = 0;
            for (RoomId room : ROOMS) {
                RoomFacts facts = done(rooms.find(room, user));
                for (RoomList list : List.of(
                        RoomList.owned(user), RoomList.joined(user), RoomList.published(user), RoomList.PUBLIC)) {
                    if (list.has(facts, user)) {
                        assertThat(done(lists.find(list, room)))
                                .as("%s: %s in %s", when, room, list.value())
                                .isPresent();
                        owned += list.kind() == RoomList.Kind.OWNED ? 1 : 0;
                    }
                }
            }
            assertThat(owned).as(when).isLessThanOrEqualTo(LIMITS.owned());
        }
    }

    private void checkListsAreRight(String when) throws Exception {
        clock.addAndGet(RoomListStore.KEPT_MS);
        for (UserId user : USERS) {
            List<String> shown = listed(user, 2);
            Set<String> expected = new TreeSet<>();
            for (RoomId room : ROOMS) {
                RoomFacts facts = done(rooms.find(room, user));
                boolean visible = facts.membership().isPresent() || RoomList.PUBLIC.has(facts, user);
                if (visible) {
                    expected.add(room.value());
                }
            }
            assertThat(shown).as(when).containsExactlyInAnyOrderElementsOf(expected);
            for (RoomList list : List.of(RoomList.owned(user), RoomList.joined(user))) {
                assertThat(done(lists.page(list, Optional.empty(), 100)))
                        .as("%s: %s", when, list.value())
                        .allSatisfy(entry -> assertThat(list.has(done(rooms.find(entry.room(), user)), user))
                                .isTrue());
            }
        }
    }

    /** All rooms that a user is shown, in pages. */
    private List<String> listed(UserId viewer, int limit) throws Exception {
        List<String> shown = new ArrayList<>();
        Optional<RoomCursor> cursor = Optional.empty();
        do {
            Page page = done(directory.list(viewer, cursor, limit));
            assertThat(page.rooms()).hasSizeLessThanOrEqualTo(limit);
            page.rooms().stream().map(Listed::id).map(RoomId::value).forEach(shown::add);
            cursor = page.next().flatMap(next -> RoomCursor.parse(next.text()));
        } while (cursor.isPresent());
        return shown;
    }

    private RoomChange create(String room, UserId by) throws Exception {
        return done(directory.create(new Room(new RoomId(room), "Name", Visibility.PRIVATE, by, 1), LATER));
    }

    private RoomChange put(String room, UserId user, RoomRole role) throws Exception {
        return done(directory.putMember(new RoomId(room), user, Membership.taken(role, 0), false, RoomTerms.NONE));
    }
}
