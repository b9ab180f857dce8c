package dev.portcullis.rooms.directory;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RowKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RoomStoreTest {
    private static final RoomId ROOM = new RoomId("room");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final long NOW = 1_000_000;
    private static final Room CREATED = new Room(ROOM, "Ann's room", Visibility.PRIVATE, ANN, 7);

    private final AtomicLong clock = new AtomicLong(NOW);

    private final MemoryRowStore rows = new MemoryRowStore(clock::get);
    private final RoomStore store = new RoomStore(rows);

    @Test
    void room_without_rows_is_not_known() throws Exception {
        assertThat(find(ROOM, ANN)).isEqualTo(RoomFacts.NONE);
        assertThat(members(ROOM)).isEmpty();
    }

    @Test
    void created_room_has_its_creator_as_owner() throws Exception {
        assertThat(create(CREATED)).isEqualTo(RoomChange.DONE);

        RoomFacts expected = new RoomFacts(
                Optional.of(CREATED), false, Optional.of(CREATED.founder()), Optional.empty(), false, false);
        assertThat(find(ROOM, ANN)).isEqualTo(expected);
        assertThat(find(ROOM, BEN).membership()).isEmpty();
        assertThat(find(ROOM, ANN)).isEqualTo(expected);
    }

    @Test
    void creation_is_repeated_only_by_the_same_one() throws Exception {
        create(CREATED);

        assertThat(create(CREATED)).isEqualTo(RoomChange.DONE);
        assertThat(create(new Room(ROOM, "Another", Visibility.PRIVATE, ANN, 7)))
                .isEqualTo(RoomChange.TAKEN);
        assertThat(create(new Room(ROOM, "Ann's room", Visibility.PRIVATE, BEN, 7)))
                .isEqualTo(RoomChange.TAKEN);
        assertThat(find(ROOM, BEN).membership()).isEmpty();
    }

    @Test
    void record_is_changed_only_from_the_one_that_was_read() throws Exception {
        Room named = CREATED.with("Tea at five", Optional.of("Bring your own cup, please"));
        assertThat(update(CREATED, named)).as("there is none").isEqualTo(RoomChange.ABSENT);
        create(CREATED);
        put(ROOM, BEN, RoomRole.MEMBER);
        assertThat(update(CREATED, named)).isEqualTo(RoomChange.DONE);
        assertThat(update(CREATED, CREATED.with("Lost", Optional.empty())))
                .as("another one was faster")
                .isEqualTo(RoomChange.CHANGED);
        assertThat(done(store.update(
                        named, CREATED, new RoomTerms(List.of(new Condition(BEN, Optional.empty())), Long.MAX_VALUE))))
                .as("a condition does not hold")
                .isEqualTo(RoomChange.CHANGED);
        assertThat(find(ROOM, ANN))
                .isEqualTo(new RoomFacts(
                        Optional.of(named), false, Optional.of(CREATED.founder()), Optional.empty(), false, false));
        assertThat(update(named, CREATED)).isEqualTo(RoomChange.DONE);
        assertThat(find(ROOM, BEN).room()).contains(CREATED);
        assertThat(members(ROOM)).hasSize(2);
    }

    private RoomChange update(Room before, Room after) throws Exception {
        return done(store.update(before, after, RoomTerms.NONE));
    }

    @Test
    void membership_keeps_whose_act_it_was_and_since_when() throws Exception {
        create(CREATED);
        Membership added = Membership.added(RoomRole.MODERATOR, NOW);
        assertThat(done(store.putMember(ROOM, new Entrant(BEN, added, 10, false), RoomTerms.NONE)))
                .isEqualTo(RoomChange.DONE);
        assertThat(find(ROOM, BEN).membership()).contains(added);
        assertThat(remove(ROOM, ANN)).isEqualTo(RoomChange.LAST_OWNER);
        Membership successor = added.given(RoomRole.OWNER);
        RoomTerms same = new RoomTerms(List.of(new Condition(BEN, Optional.of(added))), Long.MAX_VALUE);
        assertThat(done(store.putMember(ROOM, new Entrant(BEN, successor, 10, false), same)))
                .isEqualTo(RoomChange.DONE);
        assertThat(remove(ROOM, ANN)).isEqualTo(RoomChange.DONE);
        assertThat(remove(ROOM, BEN)).as("also one who did not ask for it").isEqualTo(RoomChange.LAST_OWNER);
        assertThat(members(ROOM)).containsExactly(new Member(BEN, successor));
        assertThat(done(store.putMember(ROOM, new Entrant(BEN, added, 10, false), same)))
                .as("another origin is another membership")
                .isEqualTo(RoomChange.CHANGED);
        Membership lowered = successor.given(RoomRole.MEMBER);
        UserId cleo = new UserId("cleo");
        assertThat(lowered.assigned()).isTrue();
        assertThat(done(store.putMember(ROOM, new Entrant(cleo, lowered, 10, false), RoomTerms.NONE)))
                .isEqualTo(RoomChange.DONE);
        assertThat(find(ROOM, cleo).membership()).contains(lowered);
    }

    @Test
    void id_under_which_there_are_members_is_taken() throws Exception {
        put(ROOM, BEN, RoomRole.MEMBER);

        assertThat(create(CREATED)).isEqualTo(RoomChange.TAKEN);
        assertThat(find(ROOM, ANN)).isEqualTo(RoomFacts.NONE);
    }

    @Test
    void step_after_its_deadline_does_nothing() throws Exception {
        assertThat(done(store.create(CREATED, NOW - 1))).isEqualTo(RoomChange.LATE);
        assertThat(find(ROOM, ANN)).isEqualTo(RoomFacts.NONE);
        create(CREATED);
        RoomTerms late = new RoomTerms(List.of(), NOW - 1);
        Entrant entrant = new Entrant(BEN, Membership.taken(RoomRole.MEMBER, 0), 10, true);
        assertThat(done(store.putMember(ROOM, entrant, late))).isEqualTo(RoomChange.LATE);
        assertThat(done(store.update(CREATED, CREATED.with("Late", Optional.empty()), late)))
                .isEqualTo(RoomChange.LATE);
        assertThat(done(store.mute(ROOM, BEN, 5_000, 10, late))).isEqualTo(RoomChange.LATE);
        assertThat(done(store.removeMember(ROOM, BEN, late))).isEqualTo(RoomChange.LATE);
        assertThat(done(store.delete(ROOM, ANN, late))).isEqualTo(RoomChange.LATE);
        assertThat(find(ROOM, ANN).room()).contains(CREATED);
        assertThat(find(ROOM, BEN)).isEqualTo(find(ROOM, new UserId("eve")));
        RoomTerms inTime = new RoomTerms(List.of(), NOW);
        assertThat(done(store.putMember(ROOM, entrant, inTime))).isEqualTo(RoomChange.DONE);
        assertThat(done(store.delete(ROOM, ANN, inTime))).isEqualTo(RoomChange.DONE);
    }

    @ParameterizedTest
    @EnumSource(
            value = RoomRole.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNVERIFIED", "ADMIN"})
    void added_member_has_their_role_until_removed(RoomRole role) throws Exception {
        put(ROOM, BEN, role);
        assertThat(find(ROOM, BEN).membership()).isEqualTo(membership(role));

        assertThat(remove(ROOM, BEN)).isEqualTo(RoomChange.DONE);
        assertThat(remove(ROOM, BEN)).isEqualTo(RoomChange.DONE);
        assertThat(find(ROOM, BEN)).isEqualTo(RoomFacts.NONE);
        assertThat(members(ROOM)).isEmpty();
    }

    @Test
    void membership_of_one_room_and_user_is_not_read_for_another() throws Exception {
        put(new RoomId("a"), new UserId("bc"), RoomRole.MEMBER);
        put(new RoomId("ab"), new UserId("c"), RoomRole.OWNER);

        assertThat(find(new RoomId("a"), new UserId("bc")).membership()).isEqualTo(membership(RoomRole.MEMBER));
        assertThat(find(new RoomId("ab"), new UserId("c")).membership()).isEqualTo(membership(RoomRole.OWNER));
        assertThat(find(new RoomId("a"), new UserId("c")).membership()).isEmpty();
        assertThat(find(new RoomId("A"), new UserId("bc")).membership()).isEmpty();
        remove(new RoomId("a"), new UserId("b"));
        assertThat(members(new RoomId("a"))).hasSize(1);
    }

    @Test
    void last_owner_can_neither_leave_nor_be_lowered() throws Exception {
        create(CREATED);

        assertThat(remove(ROOM, ANN)).isEqualTo(RoomChange.LAST_OWNER);
        assertThat(put(ROOM, ANN, RoomRole.MODERATOR)).isEqualTo(RoomChange.LAST_OWNER);
        assertThat(put(ROOM, ANN, RoomRole.OWNER)).isEqualTo(RoomChange.DONE);
        assertThat(put(ROOM, BEN, RoomRole.OWNER)).isEqualTo(RoomChange.DONE);
        assertThat(put(ROOM, ANN, RoomRole.MEMBER)).isEqualTo(RoomChange.DONE);
        assertThat(remove(ROOM, BEN)).isEqualTo(RoomChange.LAST_OWNER);
        assertThat(remove(ROOM, ANN)).isEqualTo(RoomChange.DONE);
        assertThat(members(ROOM)).containsExactly(new Member(BEN, Membership.taken(RoomRole.OWNER, 0)));
    }

    @Test
    void change_is_not_done_if_a_membership_changed_since_it_was_decided() throws Exception {
        create(CREATED);
        Condition wasOwner = new Condition(BEN, membership(RoomRole.OWNER));
        Condition wasAbsent = new Condition(ANN, Optional.empty());

        for (Condition stale : List.of(wasOwner, wasAbsent)) {
            RoomTerms terms = new RoomTerms(List.of(stale), Long.MAX_VALUE);
            Entrant entrant = new Entrant(BEN, Membership.taken(RoomRole.MEMBER, 0), 10, false);
            assertThat(done(store.putMember(ROOM, entrant, terms))).isEqualTo(RoomChange.CHANGED);
            assertThat(done(store.removeMember(ROOM, BEN, terms))).isEqualTo(RoomChange.CHANGED);
            assertThat(done(store.mute(ROOM, BEN, 5, 10, terms))).isEqualTo(RoomChange.CHANGED);
            assertThat(done(store.delete(ROOM, ANN, terms))).isEqualTo(RoomChange.CHANGED);
        }
        assertThat(find(ROOM, BEN)).isEqualTo(find(ROOM, new UserId("eve")));
        Condition holds = new Condition(ANN, Optional.of(CREATED.founder()));
        assertThat(done(store.delete(
                        ROOM,
                        ANN,
                        new RoomTerms(List.of(holds, new Condition(BEN, Optional.empty())), Long.MAX_VALUE))))
                .isEqualTo(RoomChange.DONE);
    }

    @Test
    void mute_ends_by_itself_or_is_ended_and_outlives_a_leave() throws Exception {
        put(ROOM, BEN, RoomRole.MEMBER);
        assertThat(mute(BEN, 100, 10)).isEqualTo(RoomChange.DONE);
        assertThat(find(ROOM, BEN).mutedUntil()).contains(NOW + 100);
        remove(ROOM, BEN);
        assertThat(find(ROOM, BEN).mutedUntil()).contains(NOW + 100);
        assertThat(find(ROOM, ANN).mutedUntil()).isEmpty();
        clock.set(NOW + 99);
        assertThat(find(ROOM, BEN).mutedUntil()).isPresent();
        clock.set(NOW + 100);
        assertThat(find(ROOM, BEN).mutedUntil()).isEmpty();

        mute(BEN, 100, 10);
        assertThat(mute(BEN, 0, 10)).isEqualTo(RoomChange.DONE);
        assertThat(find(ROOM, BEN).mutedUntil()).isEmpty();
        assertThat(mute(BEN, 0, 10)).as("again").isEqualTo(RoomChange.DONE);
    }

    @Test
    void mutes_of_a_room_are_bounded_and_those_that_are_over_make_room() throws Exception {
        mute(ANN, 100, 2);
        mute(BEN, 200, 2);
        UserId eve = new UserId("eve");
        assertThat(mute(eve, 100, 2)).isEqualTo(RoomChange.FULL);
        assertThat(mute(BEN, 300, 2)).as("again").isEqualTo(RoomChange.DONE);
        clock.set(NOW + 100);
        assertThat(mute(eve, 100, 2)).isEqualTo(RoomChange.DONE);
        assertThat(mute(ANN, 100, 2)).isEqualTo(RoomChange.FULL);
        assertThat(find(ROOM, BEN).mutedUntil()).contains(NOW + 300);
    }

    @Test
    void many_mutes_that_are_over_make_room_for_as_many() throws Exception {
        int max = 250;
        for (int i = 0; i < max; i++) {
            mute(new UserId("before" + i), 100, max);
        }
        clock.addAndGet(100);
        for (int i = 0; i < max; i++) {
            assertThat(mute(new UserId("now" + i), 100, max)).isEqualTo(RoomChange.DONE);
        }
        assertThat(mute(BEN, 100, max)).isEqualTo(RoomChange.FULL);
    }

    @Test
    void deleted_room_is_gone_with_members_and_mutes_and_its_id_is_taken_for_long() throws Exception {
        create(CREATED);
        put(ROOM, BEN, RoomRole.MODERATOR);
        mute(BEN, Long.MAX_VALUE / 4_000, 10);

        assertThat(done(store.delete(ROOM, ANN, RoomTerms.NONE))).isEqualTo(RoomChange.DONE);

        RoomFacts gone = new RoomFacts(Optional.empty(), true, Optional.empty(), Optional.empty(), false, false);
        RoomFacts own = new RoomFacts(Optional.empty(), true, Optional.empty(), Optional.empty(), false, true);
        assertThat(find(ROOM, ANN)).as("who deleted it").isEqualTo(own);
        assertThat(find(ROOM, BEN)).isEqualTo(gone);
        assertThat(members(ROOM)).isEmpty();
        assertThat(find(ROOM, BEN)).isEqualTo(gone);
        assertThat(create(CREATED)).isEqualTo(RoomChange.TAKEN);
        assertThat(put(ROOM, BEN, RoomRole.OWNER)).isEqualTo(RoomChange.ABSENT);
        assertThat(mute(BEN, 5, 10)).isEqualTo(RoomChange.ABSENT);
        assertThat(done(store.delete(ROOM, BEN, RoomTerms.NONE))).isEqualTo(RoomChange.ABSENT);
        assertThat(find(ROOM, ANN)).isEqualTo(own);
    }

    @Test
    void room_that_its_last_member_leaves_is_not_deleted_where_another_one_has_come() throws Exception {
        create(CREATED);
        put(ROOM, BEN, RoomRole.MEMBER);

        assertThat(done(store.deleteLeft(ROOM, ANN, RoomTerms.NONE))).isEqualTo(RoomChange.CHANGED);
        assertThat(members(ROOM)).hasSize(2);

        assertThat(done(store.removeMember(ROOM, BEN, RoomTerms.NONE))).isEqualTo(RoomChange.DONE);
        assertThat(done(store.deleteLeft(ROOM, ANN, RoomTerms.NONE))).isEqualTo(RoomChange.DONE);
        assertThat(members(ROOM)).isEmpty();
    }

    @Test
    void id_of_a_deleted_room_is_free_in_the_end_and_nothing_of_it_returns() throws Exception {
        create(CREATED);
        put(ROOM, BEN, RoomRole.MODERATOR);
        done(store.delete(ROOM, ANN, RoomTerms.NONE));
        clock.addAndGet(RoomRows.Deletion.TAKEN_MS - 1);
        assertThat(create(CREATED)).isEqualTo(RoomChange.TAKEN);
        clock.incrementAndGet();
        assertThat(find(ROOM, ANN)).isEqualTo(RoomFacts.NONE);
        assertThat(create(CREATED)).isEqualTo(RoomChange.DONE);
        assertThat(members(ROOM)).extracting(Member::user).containsExactly(ANN);
    }

    @Test
    void deletions_that_are_over_go_with_later_ones_and_take_no_newer_one_of_the_same_id() throws Exception {
        create(CREATED);
        done(store.delete(ROOM, ANN, RoomTerms.NONE));
        clock.addAndGet(RoomRows.Deletion.TAKEN_MS);
        create(CREATED);
        done(store.delete(ROOM, ANN, RoomTerms.NONE));
        RoomId second = new RoomId(sameLane());
        create(new Room(second, "Next", Visibility.PRIVATE, ANN, 7));
        done(store.delete(second, ANN, RoomTerms.NONE));
        assertThat(find(ROOM, ANN).deleted()).isTrue();
        clock.addAndGet(RoomRows.Deletion.TAKEN_MS);
        create(CREATED);
        done(store.delete(ROOM, ANN, RoomTerms.NONE));
        assertThat(rows.keysOf("room_deleted")).containsExactly("room");
        assertThat(rows.keysOf("room_deletions")).hasSize(1);
    }

    private static String sameLane() {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "other" + i)
                .filter(id -> new RoomRows(new RoomId(id)).lane() == new RoomRows(ROOM).lane())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void room_without_members_and_mutes_leaves_no_rows() throws Exception {
        put(ROOM, BEN, RoomRole.OWNER);
        mute(BEN, 100, 10);
        mute(BEN, 0, 10);
        remove(ROOM, BEN);
        assertThat(rows.any(any -> true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "member; ``",
                "member; 1",
                "member; []",
                "member; [\"KING\",\"OWNED\",0,false]",
                "member; [\"ADMIN\",\"OWNED\",0,false]",
                "member; [\"OWNER\",\"OWNED\",\"x\",false]",
                "member; [\"OWNER\",\"OWNED\",0,false",
                "member; [\"OWNER\",\"OWNED\",0,false]]",
                "room; ``",
                "room; x",
                "room; [\"attic\",\"Name\",null]",
                "room; [\"attic\",\"Name\",null,\"OPEN\",\"ann\",7]",
                "room; [\"attic\",\"Name\",null,\"PUBLIC\",\"ann\",\"x\"]",
                "room; [\"attic\",\"\",null,\"PUBLIC\",\"ann\",7]",
                "room; [\"attic\",\"Name\",null,\"PUBLIC\",\"-\",7]",
                "mute; ``",
                "mute; soon",
                "mute; 1 2",
                "deletion; ``",
                "deletion; 7",
                "deletion; [\"x\",\"ann\"]",
                "deletion; [7,\"-\"]",
                "deletion; [7]"
            })
    void unreadable_row_fails_the_read(String kind, String text) {
        RoomRows row = new RoomRows(ROOM);
        RowKey key = switch (kind) {
            case "member" -> row.member(ANN);
            case "room" -> row.record();
            case "mute" -> row.mute(ANN);
            default -> row.deletion();
        };
        rows.set(row.lane(), key, text);
        assertThatThrownBy(() -> find(ROOM, ANN)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void only_a_room_that_a_user_created_can_be_deleted() throws Exception {
        put(ROOM, BEN, RoomRole.OWNER);

        assertThat(done(store.delete(ROOM, ANN, RoomTerms.NONE))).isEqualTo(RoomChange.ABSENT);
        assertThat(find(ROOM, BEN).membership()).isEqualTo(membership(RoomRole.OWNER));
    }

    @Test
    void members_are_read_in_pages_that_stay_right_while_others_come_and_go() throws Exception {
        for (String user : List.of("d", "a", "c", "e", "B", "a-1")) {
            put(ROOM, new UserId(user), RoomRole.MEMBER);
        }
        put(new RoomId("room2"), new UserId("x"), RoomRole.MEMBER);
        List<Member> first = done(store.members(ROOM, Optional.empty(), 3));
        assertThat(first).extracting(member -> member.user().value()).containsExactly("B", "a", "a-1");

        remove(ROOM, new UserId("a-1"));
        put(ROOM, new UserId("aa"), RoomRole.MEMBER);
        put(ROOM, new UserId("bb"), RoomRole.MEMBER);
        List<Member> second = done(store.members(ROOM, Optional.of(new UserId("a-1")), 10));
        assertThat(second).extracting(member -> member.user().value()).containsExactly("aa", "bb", "c", "d", "e");
    }

    /** Without what is permitted by them. */
    private RoomFacts find(RoomId room, UserId user) throws Exception {
        RoomFacts facts = done(store.find(room, user));
        return new RoomFacts(
                facts.room(),
                facts.deleted(),
                facts.membership(),
                facts.mutedUntil(),
                facts.barred(),
                facts.deletedByUser());
    }

    private RoomChange put(RoomId room, UserId user, RoomRole role) throws Exception {
        return done(store.putMember(room, new Entrant(user, Membership.taken(role, 0), 100, false), RoomTerms.NONE));
    }

    private RoomChange create(Room room) throws Exception {
        return done(store.create(room, Long.MAX_VALUE));
    }

    private RoomChange remove(RoomId room, UserId user) throws Exception {
        return done(store.removeMember(room, user, RoomTerms.NONE));
    }

    private RoomChange mute(UserId user, long ms, int max) throws Exception {
        return done(store.mute(ROOM, user, ms, max, RoomTerms.NONE));
    }

    private List<Member> members(RoomId room) throws Exception {
        return done(store.members(room, Optional.empty(), 100));
    }

    private static Optional<Membership> membership(RoomRole role) {
        return Optional.of(Membership.taken(role, 0));
    }
}
