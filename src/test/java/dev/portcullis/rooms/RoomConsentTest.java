package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomsConfig.Adding;
import dev.portcullis.rooms.directory.ConsentLimits;
import dev.portcullis.rooms.directory.Entrant;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomLimits;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.rooms.invitation.InvitationBook;
import dev.portcullis.rooms.invitation.InvitationStore;
import dev.portcullis.rooms.invitation.Strangers;
import dev.portcullis.rooms.invitation.Strangers.First;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No user is put anywhere without their consent. */
class RoomConsentTest {
    private static final long LATER = Long.MAX_VALUE;
    private static final int OWNED = 3;
    private static final int JOINED = 4;
    private static final int SENT = 2;
    private static final int RECEIVED = 5;
    private static final int DECLINED = 2;
    private static final int TOLD = 4;
    private static final long DAY_MS = 86_400_000;
    private static final ConsentLimits CONSENT = new ConsentLimits(3, 2, SENT, RECEIVED, 5 * DAY_MS, DECLINED, TOLD);
    private static final RoomLimits LIMITS = new RoomLimits(OWNED, JOINED, 300, 10, 4, 100, 60_000, CONSENT);
    private static final RoomLimits AS_SHIPPED =
            new RoomLimits(100, 1_000, 300, 10, 4, 100, 60_000, ConsentLimits.STANDARD);
    private static final Sender ANN = sender("ann");
    private static final Sender BEN = sender("ben");
    private static final Sender CLEO = sender("cleo");
    private static final Sender ROOT = new Sender(new UserId("root"), Optional.empty(), Role.ADMIN, List.of(), "");
    private static final Sender SERVER = new Sender(new UserId("system"), Optional.empty(), Role.ADMIN, List.of(), "");

    @TempDir
    Path folder;

    private final ScriptedStreams streams = new ScriptedStreams();
    private final Set<List<UserId>> blocked = ConcurrentHashMap.newKeySet();
    private final Set<List<UserId>> written = ConcurrentHashMap.newKeySet();
    private final List<MembershipNotice> told = new CopyOnWriteArrayList<>();
    private final AtomicLong clock = new AtomicLong(1_000_000_000);
    private EmbeddedStore engine;
    private RoomStore store;
    private RoomServices services;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        store = new RoomStore(new EmbeddedRowStore(engine, clock::get));
        services = services(Adding.INVITE);
    }

    private RoomServices services(Adding adding) {
        return services(adding, LIMITS);
    }

    private RoomServices services(Adding adding, RoomLimits limits) {
        return RoomServices.of(
                engine,
                store,
                new RoomsConfig(Set.of(), adding, limits, Optional.empty()),
                new RoomServices.Others(
                        streams,
                        user -> Future.succeededFuture(Optional.empty()),
                        (owner, user) -> Future.succeededFuture(blocked.contains(List.of(owner, user))),
                        (owner, user) -> Future.succeededFuture(written.contains(List.of(owner, user))),
                        told::addAll),
                clock::get);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void stranger_invites_and_the_user_is_told_and_is_nowhere_until_they_accept() {
        create(ANN, "tea");
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(membership("tea", BEN)).isEmpty();
        assertThat(told)
                .containsExactly(new MembershipNotice(
                        BEN.userId(),
                        new RoomId("tea"),
                        Optional.empty(),
                        "Room tea",
                        Optional.of(ANN.userId()),
                        Optional.of(RoomRole.MEMBER)));
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(told).as("it is no other one").hasSize(1);
        assertThat(open(BEN)).containsExactly("tea member");
        assertThat(writes(ANN, BEN)).isFalse();

        assertThat(accept(BEN, "tea")).isEqualTo("done");
        assertThat(membership("tea", BEN).orElseThrow().isOwnAct()).isTrue();
        assertThat(open(BEN)).isEmpty();
        assertThat(writes(ANN, BEN)).isTrue();
        assertThat(accept(BEN, "tea")).as("the same again").isEqualTo("done");
    }

    @Test
    void who_shares_a_room_by_own_act_adds_at_once_and_what_they_add_gives_no_user_a_right_to_write() {
        befriend(ANN, BEN);
        create(ANN, "tea");
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("done");
        assertThat(membership("tea", BEN).orElseThrow().isOwnAct()).isFalse();

        assertThat(put(ANN, "tea", CLEO, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(accept(CLEO, "tea")).isEqualTo("done");
        assertThat(writes(CLEO, BEN)).isFalse();
        assertThat(writes(BEN, CLEO)).isFalse();
        assertThat(accept(BEN, "tea"))
                .as("what somebody else did is accepted too")
                .isEqualTo("done");
        assertThat(writes(CLEO, BEN)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void membership_is_accepted_by_users_of_each_role_but_unverified_ones_who_decline_and_leave(Role role) {
        boolean verified = role != Role.UNVERIFIED;
        Sender ben = new Sender(BEN.userId(), Optional.empty(), role, List.of(), "session");
        create(ANN, "invited");
        create(ANN, "own");
        create(ANN, "added");
        put(ANN, "invited", ben, RoomRole.MEMBER);
        put(ANN, "own", ben, RoomRole.OWNER);
        put(ROOT, "added", ben, RoomRole.MODERATOR);
        for (String room : List.of("invited", "own", "added")) {
            assertThat(accept(ben, room)).isEqualTo(verified ? "done" : "unverified");
            assertThat(membership(room, ben).filter(Membership::isOwnAct).isPresent())
                    .isEqualTo(verified);
        }
        assertThat(create(ben, "other")).isEqualTo(verified ? "done" : "unverified");
        assertThat(writes(ANN, ben)).isEqualTo(verified);
        decline(ben, "invited");
        assertThat(open(ben)).isEqualTo(verified ? List.of() : List.of("own owner"));
        assertThat(leave(ben, "added")).isEqualTo("done");
    }

    @Test
    void public_room_makes_no_users_acquainted() {
        create(ANN, "square", Visibility.PUBLIC);
        assertThat(put(ANN, "square", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(accept(BEN, "square")).isEqualTo("done");
        create(ANN, "tea");
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("invited");
    }

    @ParameterizedTest
    @EnumSource(Adding.class)
    void owner_is_always_an_invitation_and_uses_up_nothing_before(Adding adding) {
        services = services(adding);
        befriend(ANN, BEN);
        create(ANN, "tea");
        for (Sender by : List.of(ANN, ROOT, SERVER)) {
            assertThat(put(by, "tea", BEN, RoomRole.OWNER)).isEqualTo("invited");
        }
        assertThat(membership("tea", BEN)).isEmpty();
        for (int i = 0; i < OWNED; i++) {
            assertThat(create(BEN, "own" + i)).isEqualTo("done");
        }
        assertThat(accept(BEN, "tea")).isEqualTo("too_many_rooms");
        leave(BEN, "own0");
        assertThat(accept(BEN, "tea")).isEqualTo("done");
        assertThat(membership("tea", BEN).orElseThrow()).matches(member -> member.role() == RoomRole.OWNER);
        assertThat(create(BEN, "own3")).as("it counts as their own").isEqualTo("too_many_rooms");
    }

    @Test
    void invitation_to_a_role_that_the_user_was_not_shown_is_not_accepted() {
        Optional<RoomRole> shown = Optional.of(RoomRole.MEMBER);
        create(ANN, "tea");
        put(ANN, "tea", BEN, RoomRole.OWNER);
        assertThat(accept(BEN, "tea", shown)).isEqualTo("not_found");
        give(ANN, "tea", CLEO, RoomRole.MODERATOR);
        put(CLEO, "tea", BEN, RoomRole.MEMBER);
        for (int call = 1; call <= 2; call++) {
            assertThat(accept(BEN, "tea", shown)).as("call %d", call).isEqualTo("done");
            assertThat(membership("tea", BEN).orElseThrow().role()).isEqualTo(RoomRole.MEMBER);
        }
        assertThat(accept(BEN, "tea", Optional.of(RoomRole.OWNER))).isEqualTo("done");
        assertThat(membership("tea", BEN).orElseThrow().role()).isEqualTo(RoomRole.OWNER);
    }

    @Test
    void added_member_confirms_no_other_role_than_the_one_that_they_were_shown() {
        create(ANN, "tea");
        assertThat(put(ROOT, "tea", BEN, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(accept(BEN, "tea", Optional.of(RoomRole.MEMBER))).isEqualTo("not_found");
        assertThat(membership("tea", BEN).orElseThrow().isOwnAct()).isFalse();
        assertThat(accept(BEN, "tea", Optional.of(RoomRole.MODERATOR))).isEqualTo("done");
        assertThat(membership("tea", BEN).orElseThrow().isOwnAct()).isTrue();
    }

    @Test
    void admin_and_server_add_at_once_and_so_do_all_where_the_configuration_says_so() {
        create(ANN, "tea");
        assertThat(put(ROOT, "tea", BEN, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(put(SERVER, "tea", CLEO, RoomRole.MEMBER)).isEqualTo("done");
        assertThat(membership("tea", CLEO).orElseThrow().isOwnAct()).isFalse();
        services = services(Adding.DIRECT);
        Sender dan = sender("dan");
        assertThat(put(ANN, "tea", dan, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(membership("tea", dan).orElseThrow().isOwnAct()).isFalse();
    }

    @Test
    void role_of_a_member_changes_without_an_invitation_but_to_owner() {
        befriend(ANN, BEN);
        assertThat(put(ANN, "friends-ben", BEN, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(put(ANN, "friends-ben", BEN, RoomRole.MEMBER)).isEqualTo("done");
        assertThat(put(ANN, "friends-ben", BEN, RoomRole.OWNER)).isEqualTo("invited");
        assertThat(membership("friends-ben", BEN).orElseThrow().role()).isEqualTo(RoomRole.MEMBER);
        assertThat(told.get(told.size() - 1).role()).as("they are still one").contains(RoomRole.MEMBER);
    }

    @Test
    void invitation_ends_with_the_room_the_inviters_right_a_block_and_a_removal() {
        create(ANN, "gone");
        put(ANN, "gone", BEN, RoomRole.MEMBER);
        change(new RoomCommand.Delete(ANN, new RoomId("gone"), LATER));
        assertThat(accept(BEN, "gone")).isEqualTo("not_found");

        create(ANN, "lowered");
        give(ANN, "lowered", CLEO, RoomRole.MODERATOR);
        put(CLEO, "lowered", BEN, RoomRole.MEMBER);
        put(ANN, "lowered", CLEO, RoomRole.MEMBER);
        assertThat(accept(BEN, "lowered")).isEqualTo("not_found");

        create(CLEO, "blocked");
        put(CLEO, "blocked", BEN, RoomRole.MEMBER);
        blocked.add(List.of(BEN.userId(), CLEO.userId()));
        assertThat(open(BEN)).isEmpty();
        assertThat(accept(BEN, "blocked")).isEqualTo("not_found");

        create(ANN, "removed");
        put(ANN, "removed", BEN, RoomRole.MEMBER);
        takeBack(ANN, "removed", BEN);
        streams.barred.clear();
        assertThat(accept(BEN, "removed")).isEqualTo("not_found");
    }

    @Test
    void bar_that_came_after_an_invitation_holds_and_one_before_is_lifted_by_it() {
        create(ANN, "after");
        put(ANN, "after", BEN, RoomRole.MEMBER);
        streams.barred.add(BEN.userId());
        assertThat(accept(BEN, "after")).isEqualTo("not_found");

        create(ANN, "before");
        put(ANN, "before", BEN, RoomRole.MEMBER);
        assertThat(accept(BEN, "before")).isEqualTo("done");
    }

    @Test
    void inviter_who_lost_the_right_at_the_moment_of_the_acceptance_lets_no_user_in() {
        create(ANN, "tea");
        give(ANN, "tea", CLEO, RoomRole.MODERATOR);
        put(CLEO, "tea", BEN, RoomRole.MEMBER);
        var held = done(services.invitations().held(BEN.userId(), new RoomId("tea"), any -> true))
                .orElseThrow();
        put(ANN, "tea", CLEO, RoomRole.MEMBER);
        assertThat(done(store.putMember(
                        new RoomId("tea"),
                        new Entrant(BEN.userId(), Membership.taken(RoomRole.MEMBER, 1), 10, true),
                        new RoomTerms(held.conditions(), LATER))))
                .hasToString("CHANGED");
    }

    /** CWE-367: the removal of a user who is no member changes no membership. */
    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"MEMBER", "ADMIN"})
    void user_who_is_removed_at_the_moment_of_the_acceptance_stays_out(Role inviter) {
        create(ANN, "tea");
        Sender by = inviter == Role.ADMIN ? ROOT : ANN;
        put(by, "tea", BEN, inviter == Role.ADMIN ? RoomRole.OWNER : RoomRole.MEMBER);
        streams.afterRead = () -> bar("tea", BEN);
        assertThat(accept(BEN, "tea")).isEqualTo("not_found");
        assertThat(membership("tea", BEN)).isEmpty();
    }

    /** Bars the user as a removal does. */
    private void bar(String room, Sender user) {
        StreamName stream = StreamName.room(new RoomId(room));
        done(new EmbeddedRowStore(engine, clock::get)
                .change(
                        stream.lane(),
                        ReadSet.NONE,
                        found -> new RowStep.Done<>(
                                true, WriteSet.of(StreamBars.of(stream, user.userId()), ""), Long.MAX_VALUE)));
        streams.barred.add(user.userId());
    }

    @Test
    void declined_invitation_is_none_and_gives_its_inviter_the_place_back() {
        for (int i = 0; i <= SENT; i++) {
            create(ANN, "r" + i);
        }
        assertThat(put(ANN, "r0", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(put(ANN, "r1", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(put(ANN, "r2", BEN, RoomRole.MEMBER)).isEqualTo("too_many_invitations");
        assertThat(change(new RoomCommand.Decline(BEN, new RoomId("r0"), LATER)))
                .isEqualTo("done");
        assertThat(open(BEN)).containsExactly("r1 member");
        assertThat(put(ANN, "r2", BEN, RoomRole.MEMBER)).isEqualTo("invited");
    }

    @Test
    void user_who_declines_is_not_asked_again_to_that_room_for_a_day_nor_more_often_to_others() {
        written.add(List.of(BEN.userId(), ANN.userId()));
        for (int i = 0; i <= DECLINED; i++) {
            create(ANN, "r" + i);
        }
        for (int i = 0; i < DECLINED; i++) {
            assertThat(put(ANN, "r" + i, BEN, RoomRole.MEMBER)).isEqualTo("invited");
            decline(BEN, "r" + i);
            assertThat(put(ANN, "r" + i, BEN, RoomRole.MEMBER)).isEqualTo("too_many_invitations");
            assertThat(open(BEN)).isEmpty();
        }
        assertThat(put(ANN, "r" + DECLINED, BEN, RoomRole.MEMBER))
                .as("a further room")
                .isEqualTo("too_many_invitations");
        assertThat(told).hasSize(DECLINED);
        clock.addAndGet(DAY_MS + 1);
        assertThat(put(ANN, "r0", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(told).hasSize(DECLINED + 1);
    }

    @Test
    void inviter_whom_many_decline_invites_no_more_for_a_day() {
        create(ANN, "tea");
        for (int i = 0; i < SENT; i++) {
            Sender user = sender("user" + i);
            assertThat(put(ANN, "tea", user, RoomRole.MEMBER)).isEqualTo("invited");
            decline(user, "tea");
        }
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("too_many_invitations");
        clock.addAndGet(DAY_MS + 1);
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("invited");
    }

    /** Strangers register the addresses of a user's colleagues, prove none, and decline what the user sends to them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void refusals_by_accounts_whose_mailbox_is_not_proved_cost_an_inviter_nothing(int accounts) {
        create(ANN, "tea");
        for (int i = 0; i < accounts; i++) {
            Sender colleague = unverified("colleague" + i);
            assertThat(put(ANN, "tea", colleague, RoomRole.MEMBER)).isEqualTo("invited");
            decline(colleague, "tea");
        }
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(put(ANN, "tea", unverified("colleague0"), RoomRole.MEMBER))
                .as("who may be the user of the mailbox by now")
                .isEqualTo("invited");
    }

    /** Each invites, is declined, and invites again, also to rooms that they create for it and delete. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void strangers_let_a_user_hear_of_a_few_invitations_a_day_and_those_of_a_friend_come_all_the_same(int strangers) {
        for (int i = 0; i < strangers; i++) {
            Sender stranger = sender("stranger" + i);
            for (int room = 0; room < OWNED; room++) {
                String id = "s" + i + "-" + room;
                create(stranger, id);
                put(stranger, id, BEN, RoomRole.MEMBER);
                decline(BEN, id);
                put(stranger, id, BEN, RoomRole.MEMBER);
                change(new RoomCommand.Delete(stranger, new RoomId(id), LATER));
            }
        }
        assertThat(toldOfInvitations()).isEqualTo(Math.min(DECLINED * strangers, TOLD));

        written.add(List.of(BEN.userId(), CLEO.userId()));
        create(CLEO, "c0");
        put(CLEO, "c0", BEN, RoomRole.MEMBER);
        assertThat(toldOfInvitations()).isEqualTo(Math.min(DECLINED * strangers, TOLD) + 1);
        create(ANN, "honest");
        assertThat(put(ANN, "honest", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(open(BEN))
                .as("also where the user was not told")
                .containsExactlyInAnyOrder("c0 member", "honest member");
    }

    /** With the limits as shipped: each sends again, then takes back and sends again. All of it is within their own limits. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void strangers_who_invite_again_push_no_honest_stranger_out_of_the_list(int strangers) {
        services = services(Adding.INVITE, AS_SHIPPED);
        inviteAll("stranger", 0, strangers);
        create(ANN, "honest");
        assertThat(put(ANN, "honest", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        for (int round = 0; round < 2; round++) {
            inviteAll("stranger", 0, strangers);
            assertThat(open(BEN)).contains("honest member");
            for (int i = 0; i < strangers; i++) {
                Sender stranger = sender("stranger" + i);
                takeBack(stranger, "by-stranger" + i, BEN);
                streams.barred.clear(); // it is none of the other rooms
                assertThat(put(stranger, "by-stranger" + i, BEN, RoomRole.MEMBER))
                        .isEqualTo("invited");
            }
            assertThat(open(BEN)).contains("honest member");
        }
        int places = ConsentLimits.STANDARD.received();
        inviteAll("later", 0, places - 1);
        assertThat(open(BEN)).as("beside further accounts").contains("honest member");
        inviteAll("later", places - 1, places);
        assertThat(open(BEN)).as("beside as many as there are places").doesNotContain("honest member");
        put(ANN, "honest", BEN, RoomRole.MEMBER);
        assertThat(open(BEN)).doesNotContain("honest member");
        clock.addAndGet(DAY_MS + 1);
        put(ANN, "honest", BEN, RoomRole.MEMBER);
        assertThat(open(BEN)).as("a day later").contains("honest member");
    }

    @Test
    void deleted_inviter_is_in_the_row_of_no_user_whom_they_invited_and_a_deleted_user_has_none() {
        for (Sender inviter : List.of(ANN, CLEO)) {
            create(inviter, "by-" + inviter.userId().value());
            put(inviter, "by-" + inviter.userId().value(), BEN, RoomRole.MEMBER);
        }
        decline(BEN, "by-ann");
        assertThat(book(BEN).strangers().first()).extracting(First::by).containsExactly(ANN.userId(), CLEO.userId());
        for (Sender inviter : List.of(ANN, CLEO)) {
            done(services.invitations().end(inviter.userId()));
        }
        assertThat(book(BEN).received()).isEmpty();
        assertThat(book(BEN).strangers()).isEqualTo(Strangers.NONE);
        done(services.invitations().end(BEN.userId()));
        assertThat(book(BEN)).isEqualTo(InvitationBook.EMPTY);
    }

    private InvitationBook book(Sender user) {
        return done(new InvitationStore(new EmbeddedRowStore(engine, clock::get)).find(user.userId()));
    }

    private void inviteAll(String name, int from, int to) {
        for (int i = from; i < to; i++) {
            Sender stranger = sender(name + i);
            create(stranger, "by-" + name + i);
            assertThat(put(stranger, "by-" + name + i, BEN, RoomRole.MEMBER)).isEqualTo("invited");
        }
    }

    /** What accounts do with the invitations that they asked an owner for. */
    enum Answer {
        NONE,
        BLOCK,
        DECLINE
    }

    /** With the limits as shipped. What the accounts do is not told to the owner by any answer to what they take back. */
    @ParameterizedTest
    @CsvSource({
        "1, NONE, 19, 20", "1, BLOCK, 19, 20", "1, DECLINE, 20, 20",
        "10, NONE, 10, 20", "10, BLOCK, 10, 20", "10, DECLINE, 20, 20",
        "20, NONE, 0, 20", "20, BLOCK, 0, 20", "20, DECLINE, 0, 0",
        "100, NONE, 0, 20", "100, BLOCK, 0, 20", "100, DECLINE, 0, 0"
    })
    void owner_takes_back_what_accounts_asked_for_and_invites_friends(
            int accounts, Answer answer, int before, int after) {
        services = services(Adding.INVITE, AS_SHIPPED);
        befriend(ANN, BEN);
        create(ANN, "club");
        give(ANN, "club", CLEO, RoomRole.MEMBER);
        for (int i = 0; i < accounts; i++) {
            Sender account = sender("account" + i);
            if (answer == Answer.BLOCK) {
                blocked.add(List.of(account.userId(), ANN.userId()));
            }
            put(ANN, "club", account, RoomRole.MEMBER);
            if (answer == Answer.DECLINE) {
                decline(account, "club");
            }
        }
        assertThat(friendsInvited(ANN, "before")).isEqualTo(before);
        assertThat(put(ANN, "club", BEN, RoomRole.MEMBER))
                .as("one with whom the owner shares a room")
                .isEqualTo("done");
        assertThat(put(ANN, "club", CLEO, RoomRole.MODERATOR)).isEqualTo("done");
        assertThat(friendsInvited(CLEO, "other")).as("by a moderator").isEqualTo(20);
        for (int i = 0; i < accounts; i++) {
            takeBack(ANN, "club", sender("account" + i));
        }
        for (int i = 0; i < before; i++) {
            takeBack(ANN, "club", sender("before" + i));
        }
        assertThat(friendsInvited(ANN, "after")).isEqualTo(after);
        clock.addAndGet(DAY_MS + 1);
        for (int i = 0; i < after; i++) {
            takeBack(ANN, "club", sender("after" + i));
        }
        assertThat(friendsInvited(ANN, "later")).as("a day later").isEqualTo(20);
    }

    private int friendsInvited(Sender by, String name) {
        int invited = 0;
        while (put(by, "club", sender(name + invited), RoomRole.MEMBER).equals("invited")) {
            invited++;
        }
        return invited;
    }

    /** CWE-204: as above, by what somebody else did. Two of them could tell each other what they see. */
    @ParameterizedTest
    @EnumSource(
            value = Answer.class,
            names = {"NONE", "BLOCK"})
    void place_of_one_whose_invitee_another_removes_is_free_whether_it_arrived_or_not(Answer answer) {
        create(ANN, "tea");
        give(ANN, "tea", CLEO, RoomRole.MODERATOR);
        if (answer == Answer.BLOCK) {
            blocked.add(List.of(BEN.userId(), ANN.userId()));
        }
        put(ANN, "tea", BEN, RoomRole.MEMBER);
        put(ANN, "tea", sender("silent"), RoomRole.MEMBER);
        assertThat(put(ANN, "tea", sender("more"), RoomRole.MEMBER)).isEqualTo("too_many_invitations");
        takeBack(CLEO, "tea", BEN);
        assertThat(put(ANN, "tea", sender("more"), RoomRole.MEMBER)).isEqualTo("invited");

        takeBack(ANN, "tea", sender("silent"));
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).as("over the bar").isEqualTo("invited");
        assertThat(put(ANN, "tea", sender("another"), RoomRole.MEMBER))
                .as("the bar was there before")
                .isEqualTo("too_many_invitations");
        takeBack(CLEO, "tea", BEN);
        assertThat(put(ANN, "tea", sender("another"), RoomRole.MEMBER))
                .as("no bar says that it was taken back")
                .isEqualTo("too_many_invitations");
        takeBack(ANN, "tea", BEN);
        assertThat(put(ANN, "tea", sender("another"), RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(open(BEN)).isEmpty();
    }

    @Test
    void declined_invitation_that_is_taken_back_comes_no_sooner() {
        create(ANN, "tea");
        put(ANN, "tea", BEN, RoomRole.MEMBER);
        decline(BEN, "tea");
        takeBack(ANN, "tea", BEN);
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("too_many_invitations");
        clock.addAndGet(DAY_MS + 1);
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("invited");
    }

    /** As the calls do once the user is barred. */
    private void takeBack(Sender by, String room, Sender user) {
        streams.barred.add(user.userId());
        done(services.invitations().ended(user.userId(), new RoomId(room), Optional.of(by.userId())));
    }

    private long toldOfInvitations() {
        return told.stream()
                .filter(notice ->
                        notice.to().equals(BEN.userId()) && notice.role().isEmpty())
                .count();
    }

    private void decline(Sender user, String room) {
        assertThat(change(new RoomCommand.Decline(user, new RoomId(room), LATER)))
                .isEqualTo("done");
    }

    @Test
    void invitations_of_a_deleted_user_end_and_give_their_inviters_the_places_back() {
        create(ANN, "tea");
        create(ANN, "milk");
        put(ANN, "tea", BEN, RoomRole.MEMBER);
        put(ANN, "milk", BEN, RoomRole.MEMBER);
        done(services.invitations().end(BEN.userId()));
        assertThat(accept(BEN, "tea")).isEqualTo("not_found");
        assertThat(put(ANN, "tea", CLEO, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(put(ANN, "milk", CLEO, RoomRole.MEMBER)).isEqualTo("invited");
        done(services.invitations().end(ANN.userId()));
        assertThat(open(CLEO)).isEmpty();
        assertThat(accept(CLEO, "tea")).isEqualTo("not_found");
    }

    /** What another call did meanwhile must not be undone by a node that stood still. */
    @Test
    void invitation_and_its_refusal_come_too_late_after_the_latest_time() {
        create(ANN, "tea");
        RoomId tea = new RoomId("tea");
        long past = clock.get() - 1;
        assertThat(change(new RoomCommand.PutMember(ANN, tea, BEN.userId(), RoomRole.MEMBER, past)))
                .isEqualTo("unavailable");
        assertThat(open(BEN)).isEmpty();
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        assertThat(change(new RoomCommand.Decline(BEN, tea, past))).isEqualTo("unavailable");
        assertThat(open(BEN)).containsExactly("tea member");
        assertThat(change(new RoomCommand.Accept(BEN, tea, past, Optional.empty())))
                .isEqualTo("unavailable");
        assertThat(membership("tea", BEN)).isEmpty();
    }

    @Test
    void invitation_is_too_old_after_a_while_and_then_takes_no_place() {
        for (int i = 0; i <= SENT; i++) {
            create(ANN, "r" + i);
        }
        put(ANN, "r0", BEN, RoomRole.MEMBER);
        put(ANN, "r1", BEN, RoomRole.MEMBER);
        clock.addAndGet(CONSENT.invitationMs() + 1);
        assertThat(open(BEN)).isEmpty();
        assertThat(accept(BEN, "r0")).isEqualTo("not_found");
        assertThat(put(ANN, "r2", BEN, RoomRole.MEMBER)).isEqualTo("invited");
    }

    /** CWE-204: the number of free places must not tell whether an invitation arrived. */
    @Test
    void blocked_inviter_is_answered_and_counted_like_any_other() {
        blocked.add(List.of(BEN.userId(), ANN.userId()));
        for (int i = 0; i <= SENT; i++) {
            create(ANN, "r" + i);
            assertThat(put(ANN, "r" + i, BEN, RoomRole.MEMBER))
                    .isEqualTo(i < SENT ? "invited" : "too_many_invitations");
            create(CLEO, "c" + i);
            assertThat(put(CLEO, "c" + i, sender("unknown"), RoomRole.MEMBER))
                    .isEqualTo(i < SENT ? "invited" : "too_many_invitations");
        }
        assertThat(open(BEN)).isEmpty();
        assertThat(told).noneMatch(notice -> notice.to().equals(BEN.userId()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void strangers_use_up_nothing_of_a_user_and_do_not_keep_out_a_friend(int strangers) {
        befriend(ANN, BEN);
        written.add(List.of(BEN.userId(), CLEO.userId()));
        create(CLEO, "c0");
        assertThat(put(CLEO, "c0", BEN, RoomRole.MEMBER)).isEqualTo("invited");
        for (int i = 0; i < strangers; i++) {
            Sender stranger = sender("stranger" + i);
            for (int room = 0; room < OWNED; room++) {
                String id = "s" + i + "-" + room;
                create(stranger, id);
                put(stranger, id, BEN, RoomRole.OWNER);
                put(stranger, id, BEN, RoomRole.MEMBER);
            }
            assertThat(writes(stranger, BEN)).isFalse();
        }
        assertThat(open(BEN)).contains("c0 member").hasSizeLessThanOrEqualTo(RECEIVED);
        create(ANN, "tea");
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo("done");
        for (int i = 0; i < OWNED; i++) {
            assertThat(create(BEN, "own" + i)).isEqualTo("done");
        }
        assertThat(accept(BEN, "c0")).isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void additions_at_once_fill_only_their_own_list_and_a_friend_beyond_it_invites(int strangers) {
        services = services(Adding.DIRECT);
        for (int i = 0; i < strangers; i++) {
            Sender stranger = sender("stranger" + i);
            create(stranger, "s" + i);
            assertThat(put(stranger, "s" + i, BEN, RoomRole.MODERATOR))
                    .isEqualTo(i < CONSENT.added() ? "done" : "invited");
            assertThat(writes(stranger, BEN)).isFalse();
        }
        create(ANN, "tea");
        String expected = strangers < CONSENT.added() ? "done" : "invited";
        assertThat(put(ANN, "tea", BEN, RoomRole.MEMBER)).isEqualTo(expected);
        assertThat(accept(BEN, "tea")).isEqualTo("done");
        create(CLEO, "by-server");
        assertThat(put(SERVER, "by-server", BEN, RoomRole.MEMBER)).isEqualTo("done");
        for (int i = 0; i < OWNED; i++) {
            assertThat(create(BEN, "own" + i)).isEqualTo("done");
        }
        assertThat(leave(BEN, "s0")).isEqualTo("done");
    }

    @Test
    void last_owner_leaves_and_the_oldest_moderator_follows_without_a_use_of_their_quota() {
        create(ANN, "tea");
        give(ANN, "tea", BEN, RoomRole.MEMBER);
        give(ANN, "tea", CLEO, RoomRole.MODERATOR);
        for (int i = 0; i < OWNED; i++) {
            create(CLEO, "own" + i);
        }
        told.clear();
        assertThat(leave(ANN, "tea")).isEqualTo("done");
        assertThat(membership("tea", ANN)).isEmpty();
        assertThat(membership("tea", CLEO).orElseThrow().role()).isEqualTo(RoomRole.OWNER);
        assertThat(told).extracting(MembershipNotice::role).contains(Optional.of(RoomRole.OWNER));
        leave(CLEO, "own0");
        assertThat(create(CLEO, "own3")).as("their quota").isEqualTo("done");
        assertThat(leave(CLEO, "tea")).isEqualTo("done");
        assertThat(leave(BEN, "tea")).isEqualTo("done");
        assertThat(done(store.find(new RoomId("tea"), BEN.userId())).deleted()).isTrue();
    }

    @Test
    void whom_a_stranger_added_follows_behind_those_of_the_same_role_who_are_there_by_their_own_act() {
        services = services(Adding.DIRECT);
        create(ANN, "tea");
        put(ANN, "tea", BEN, RoomRole.MEMBER);
        give(ANN, "tea", CLEO, RoomRole.MEMBER);
        accept(CLEO, "tea");
        leave(ANN, "tea");
        assertThat(membership("tea", CLEO).orElseThrow().role()).isEqualTo(RoomRole.OWNER);
        assertThat(membership("tea", BEN).orElseThrow().role()).isEqualTo(RoomRole.MEMBER);
    }

    @Test
    void user_without_a_public_room_creates_one_although_others_have_created_all_that_there_may_be() {
        for (String user : List.of("a", "b")) {
            for (int i = 0; i < CONSENT.published(); i++) {
                assertThat(create(sender(user), user + i, Visibility.PUBLIC)).isEqualTo("done");
            }
            assertThat(create(sender(user), user + "-more", Visibility.PUBLIC))
                    .as("their share")
                    .isEqualTo("too_many_rooms");
        }
        assertThat(create(ANN, "first", Visibility.PUBLIC)).isEqualTo("done");
        assertThat(create(ANN, "second", Visibility.PUBLIC)).isEqualTo("too_many_rooms");
        change(new RoomCommand.Delete(ANN, new RoomId("first"), LATER));
        clock.addAndGet(RoomListStore.KEPT_MS);
        assertThat(create(ANN, "third", Visibility.PUBLIC)).isEqualTo("done");
    }

    /** As the call does: the store refuses the last owner, and then the room is handed over. */
    private String leave(Sender user, String room) {
        RoomId id = new RoomId(room);
        if (done(store.removeMember(id, user.userId(), RoomTerms.NONE)).name().equals("DONE")) {
            done(services.invitations().ended(user.userId(), id, Optional.of(user.userId())));
            clock.addAndGet(RoomListStore.KEPT_MS); // until then it counts
            return "done";
        }
        RoomOutcome outcome = done(services.rooms().change(new RoomCommand.HandOver(user, id, LATER)));
        clock.addAndGet(RoomListStore.KEPT_MS);
        boolean goesOn = outcome.fold(done -> done.room().isPresent(), why -> false);
        return goesOn ? leave(user, room) : outcome.fold(done -> "done", RoomRefusal::id);
    }

    /** Makes the two share a room in which both are by their own act. */
    private void befriend(Sender one, Sender other) {
        String room = "friends-" + other.userId().value();
        create(one, room);
        give(one, room, other, RoomRole.MEMBER);
        told.clear();
    }

    private void give(Sender by, String room, Sender to, RoomRole role) {
        if (put(by, room, to, role).equals("invited")) {
            assertThat(accept(to, room)).isEqualTo("done");
        }
    }

    private boolean writes(Sender from, Sender to) {
        return done(services.direct().decide(from, RoomAction.CHAT_MESSAGE, Optional.empty(), to.userId()))
                .equals(Verdict.GRANTED);
    }

    private List<String> open(Sender user) {
        return done(services.invitations().list(user.userId())).stream()
                .map(each -> each.room().value() + " " + each.role().id())
                .toList();
    }

    private String create(Sender by, String room) {
        return create(by, room, Visibility.PRIVATE);
    }

    private String create(Sender by, String room, Visibility visibility) {
        return change(
                new RoomCommand.Create(by, new RoomId(room), false, "Room " + room, visibility, clock.get(), LATER));
    }

    private String put(Sender by, String room, Sender target, RoomRole role) {
        return change(new RoomCommand.PutMember(by, new RoomId(room), target.userId(), role, LATER));
    }

    private String accept(Sender by, String room) {
        return accept(by, room, Optional.empty());
    }

    private String accept(Sender by, String room, Optional<RoomRole> role) {
        return change(new RoomCommand.Accept(by, new RoomId(room), LATER, role));
    }

    private String change(RoomCommand command) {
        return done(services.rooms().change(command))
                .fold(done -> done.invited() ? "invited" : "done", RoomRefusal::id);
    }

    private Optional<Membership> membership(String room, Sender user) {
        return done(store.find(new RoomId(room), user.userId())).membership();
    }

    private static Sender sender(String name) {
        return sender(name, Role.MEMBER);
    }

    private static Sender unverified(String name) {
        return sender(name, Role.UNVERIFIED);
    }

    private static Sender sender(String name, Role role) {
        return new Sender(new UserId(name), Optional.empty(), role, List.of(), "session");
    }
}
