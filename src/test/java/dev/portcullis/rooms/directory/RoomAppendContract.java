package dev.portcullis.rooms.directory;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What holds of a room's members and its stream together: a change of both is done as a whole, or not at all, and what a
 * sender was permitted is done only while it still is.
 */
abstract class RoomAppendContract {
    private static final RoomId ROOM = new RoomId("room");
    private static final StreamName STREAM = StreamName.room(ROOM);
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final UserId CLEO = new UserId("cleo");
    private static final int PLENTY = 100;
    private static final int ROUNDS = 200;
    private static final AppendResult CHANGED = Refusal.CHANGED;

    abstract RoomStore rooms();

    abstract StreamStore streams();

    @Test
    void removal_ends_the_membership_bars_and_is_an_entry() throws Exception {
        create();
        put(BEN, RoomRole.MODERATOR);
        assertThat(append(removal(BEN, "r"))).isInstanceOf(AppendResult.Stored.class);
        assertRemoved(BEN, 1);
        assertThat(append(removal(CLEO, "s"))).as("of a user who is no member").isInstanceOf(AppendResult.Stored.class);
        assertRemoved(CLEO, 2);
    }

    @Test
    void owner_is_removed_only_where_another_one_stays() throws Exception {
        create();
        assertThat(permitRemoval(ANN)).isEqualTo(Result.refused(RoomChange.LAST_OWNER));
        put(BEN, RoomRole.OWNER);
        AppendRequest removal = removal(ANN, "r");
        AppendRequest leave = leave(BEN, "l");
        assertThat(append(removal)).isInstanceOf(AppendResult.Stored.class);
        assertThat(append(leave)).as("permitted when there were two").isEqualTo(Refusal.CHANGED);
        assertThat(permitRemoval(BEN)).isEqualTo(Result.refused(RoomChange.LAST_OWNER));
        assertRemoved(ANN, 1);
        assertThat(role(BEN)).contains(RoomRole.OWNER);
    }

    @Test
    void user_whose_role_is_another_one_by_now_is_not_removed() throws Exception {
        create();
        AppendRequest ofNoMember = removal(BEN, "r");
        put(BEN, RoomRole.MEMBER);
        AppendRequest ofMember = removal(BEN, "r");
        AppendRequest leave = leave(BEN, "l");
        put(BEN, RoomRole.MODERATOR);
        assertThat(append(ofNoMember)).isEqualTo(Refusal.CHANGED);
        assertThat(append(ofMember)).isEqualTo(Refusal.CHANGED);
        assertThat(append(leave)).isEqualTo(Refusal.CHANGED);
        assertKept(BEN, RoomRole.MODERATOR);
        assertThat(append(removal(BEN, "r"))).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void removal_is_not_held_up_by_others_who_come_and_go() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        AppendRequest removal = removal(BEN, "r");
        put(CLEO, RoomRole.MODERATOR);
        assertThat(append(removal)).isInstanceOf(AppendResult.Stored.class);
        assertThat(addition(new UserId("dan"), 2, false)).isEqualTo(RoomChange.FULL);
        assertThat(addition(new UserId("dan"), 3, false)).isEqualTo(RoomChange.DONE);
    }

    @Test
    void owners_who_leave_at_the_same_time_leave_one_behind() throws Exception {
        create();
        List<UserId> owners = new ArrayList<>(List.of(ANN));
        for (int i = 0; i < 9; i++) {
            owners.add(new UserId("o" + i));
            put(owners.get(i + 1), RoomRole.OWNER);
        }
        Collections.shuffle(owners);
        List<Future<RoomChange>> all = owners.stream()
                .map(owner -> rooms().removeMember(ROOM, owner, RoomTerms.NONE))
                .toList();
        assertThat(outcomes(all))
                .containsOnly(RoomChange.DONE, RoomChange.LAST_OWNER)
                .filteredOn(change -> change == RoomChange.LAST_OWNER)
                .hasSize(1);
        assertThat(done(rooms().members(ROOM, Optional.empty(), 100))).hasSize(1);
    }

    @Test
    void room_has_no_more_members_than_it_may_also_if_they_come_at_the_same_time() throws Exception {
        create();
        List<Future<RoomChange>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Entrant entrant = new Entrant(new UserId("u" + i), Membership.taken(RoomRole.MEMBER, 0), 5, false);
            all.add(rooms().putMember(ROOM, entrant, RoomTerms.NONE));
        }
        assertThat(outcomes(all))
                .containsOnly(RoomChange.DONE, RoomChange.FULL)
                .filteredOn(change -> change == RoomChange.DONE)
                .hasSize(4);
        assertThat(addition(ANN, 5, false)).as("one who is a member already").isEqualTo(RoomChange.LAST_OWNER);
        put(ANN, RoomRole.OWNER);
    }

    private static List<RoomChange> outcomes(List<Future<RoomChange>> all) throws Exception {
        return done(Future.all(all).map(each -> each.<RoomChange>list()));
    }

    @Test
    void refused_append_leaves_the_membership() throws Exception {
        create();
        put(BEN, RoomRole.OWNER);
        append(removal(CLEO, "c", 1));
        assertThat(append(removal(BEN, "r", 1))).isEqualTo(Refusal.FULL);
        assertThat(append(removal(BEN, "r").notLaterThan(0))).isEqualTo(Refusal.EXPIRED);
        assertThat(append(leave(BEN, "l").notLaterThan(0))).isEqualTo(Refusal.EXPIRED);
        assertThat(role(BEN)).contains(RoomRole.OWNER);
        assertThat(isBarred(BEN)).isFalse();
    }

    @Test
    void repeated_removal_of_a_user_who_was_added_again_takes_nothing() throws Exception {
        create();
        put(BEN, RoomRole.OWNER);
        append(removal(BEN, "r"));
        put(BEN, RoomRole.OWNER);
        assertThat(append(removal(BEN, "r"))).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(role(BEN)).contains(RoomRole.OWNER);
        assertThat(isBarred(BEN)).isFalse();
    }

    @Test
    void leave_is_repeated_with_its_first_outcome_and_done_again_by_a_user_who_came_back() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        AppendResult first = append(leave(BEN, "first"));
        assertThat(first).isInstanceOf(AppendResult.Stored.class);
        assertThat(role(BEN)).isEmpty();
        assertThat(isBarred(BEN)).isFalse();
        assertThat(append(leave(BEN, "again")))
                .isEqualTo(new AppendResult.Duplicate("first", ((AppendResult.Stored) first).position()));

        put(BEN, RoomRole.MEMBER);
        assertThat(append(leave(BEN, "second"))).isInstanceOf(AppendResult.Stored.class);
        assertThat(role(BEN)).isEmpty();
        assertThat(head()).isEqualTo(2);
        AppendResult repeated = append(leave(BEN, "third"));
        assertThat(repeated).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(((AppendResult.Duplicate) repeated).messageId()).isEqualTo("second");
    }

    @Test
    void user_who_never_was_a_member_leaves_nothing() throws Exception {
        create();
        assertThat(append(leave(BEN, "l"))).isEqualTo(Refusal.ABSENT);
        assertThat(head()).isZero();
    }

    @Test
    void addition_lifts_the_bar_where_it_is_to_and_only_if_it_is_done() throws Exception {
        create();
        append(removal(BEN, "r"));
        assertThat(addition(BEN, 1, true)).isEqualTo(RoomChange.FULL);
        assertThat(isBarred(BEN)).isTrue();
        assertThat(addition(BEN, PLENTY, false)).isEqualTo(RoomChange.DONE);
        assertThat(isBarred(BEN)).isTrue();
        assertThat(append(message(BEN))).isEqualTo(Refusal.BARRED);
        assertThat(addition(BEN, PLENTY, true)).isEqualTo(RoomChange.DONE);
        assertThat(isBarred(BEN)).isFalse();
        assertThat(append(message(BEN))).isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void bar_that_is_lifted_twice_makes_room_for_one_other() throws Exception {
        create();
        append(removal(BEN, "r", 2));
        append(removal(CLEO, "s", 2));
        assertThat(addition(BEN, PLENTY, true)).isEqualTo(RoomChange.DONE);
        assertThat(addition(BEN, PLENTY, true)).isEqualTo(RoomChange.DONE);
        assertThat(append(removal(new UserId("dan"), "t", 2))).isInstanceOf(AppendResult.Stored.class);
        assertThat(append(removal(new UserId("eve"), "u", 2))).isEqualTo(Refusal.FULL);
    }

    @Test
    void creation_lifts_the_bar_of_the_creator_alone_and_only_if_it_is_done() throws Exception {
        append(removal(ANN, "r"));
        append(removal(BEN, "s"));
        create();
        assertThat(isBarred(ANN)).as("from the room that had the id before").isFalse();
        assertThat(isBarred(BEN)).isTrue();
        Room taken = new Room(ROOM, "Mine", Visibility.PRIVATE, BEN, 2);
        assertThat(done(rooms().create(taken, Long.MAX_VALUE))).isEqualTo(RoomChange.TAKEN);
        assertThat(isBarred(BEN)).isTrue();
    }

    /** A question may wait at a node that stands still, while another instance does what it asks. */
    @Test
    void leave_that_was_done_by_another_attempt_takes_nothing_of_a_user_who_came_back() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        AppendResult first = append(leave(BEN, "call"));
        put(BEN, RoomRole.MEMBER);
        assertThat(append(leave(BEN, "call")))
                .isEqualTo(new AppendResult.Duplicate("call", ((AppendResult.Stored) first).position()));
        assertThat(role(BEN)).contains(RoomRole.MEMBER);
    }

    @Test
    void late_attempt_of_a_leave_takes_nothing_where_the_user_left_once_more_since() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        append(leave(BEN, "early"));
        put(BEN, RoomRole.MEMBER);
        append(leave(BEN, "later"));
        put(BEN, RoomRole.MEMBER);
        assertThat(append(leave(BEN, "early"))).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(append(leave(BEN, "later"))).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(role(BEN)).contains(RoomRole.MEMBER);
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void late_attempt_of_a_repeated_leave_takes_nothing_of_a_user_who_came_back() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        append(leave(BEN, "first"));
        AppendRequest repeated = leave(BEN, "repeated");
        assertThat(append(repeated)).isInstanceOf(AppendResult.Duplicate.class);
        put(BEN, RoomRole.MEMBER);
        assertThat(append(repeated)).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(role(BEN)).contains(RoomRole.MEMBER);
        assertThat(head()).isEqualTo(1);
    }

    @Test
    void message_of_a_sender_who_was_muted_meanwhile_is_not_appended() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        AppendRequest spoken = message(BEN, "m", speaking(BEN));
        AppendRequest ofAnother = message(CLEO, "c", speaking(CLEO));
        AppendRequest silent = message(BEN, "d", acting(BEN));
        mute(BEN, 60_000);
        assertThat(append(spoken)).isEqualTo(Refusal.CHANGED);
        assertThat(append(ofAnother)).as("of another one").isInstanceOf(AppendResult.Stored.class);
        assertThat(append(silent)).as("what a mute does not forbid").isInstanceOf(AppendResult.Stored.class);
        mute(BEN, 0);
        assertThat(append(spoken)).isInstanceOf(AppendResult.Stored.class);
        assertThat(head()).isEqualTo(3);
    }

    @Test
    void message_of_a_sender_who_left_or_has_another_role_meanwhile_is_not_appended() throws Exception {
        create();
        AppendRequest ofNoMember = message(BEN, "n", speaking(BEN));
        put(BEN, RoomRole.MEMBER);
        AppendRequest message = message(BEN, "m", speaking(BEN));
        put(BEN, RoomRole.MODERATOR);
        assertThat(append(message)).isEqualTo(Refusal.CHANGED);
        append(leave(BEN, "l"));
        assertThat(append(message)).isEqualTo(Refusal.CHANGED);
        assertThat(head()).isEqualTo(1);
        put(BEN, RoomRole.MEMBER);
        assertThat(append(message)).isInstanceOf(AppendResult.Stored.class);
        assertThat(append(ofNoMember))
                .as("permitted without the membership, which came since")
                .isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void message_to_a_room_that_is_renamed_or_entered_meanwhile_is_appended() throws Exception {
        create();
        AppendRequest message = message(ANN, "m", speaking(ANN));
        put(BEN, RoomRole.MEMBER);
        Room room = new Room(ROOM, "Tea", Visibility.PRIVATE, ANN, 1);
        assertThat(done(rooms().update(room, room.with("Coffee", Optional.empty()), RoomTerms.NONE)))
                .isEqualTo(RoomChange.DONE);
        assertThat(append(message)).isInstanceOf(AppendResult.Stored.class);
    }

    /** A token opens no room that a user created. */
    @Test
    void message_of_who_is_no_member_is_not_appended_to_a_room_that_was_created_meanwhile() throws Exception {
        AppendRequest message = message(BEN, "m", speaking(BEN));
        assertThat(append(message(BEN, "before", speaking(BEN)))).isInstanceOf(AppendResult.Stored.class);
        create();
        assertThat(append(message)).isEqualTo(Refusal.CHANGED);
    }

    @Test
    void message_that_is_known_keeps_its_outcome_whatever_became_of_its_sender() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        AppendRequest message = message(BEN, "m", speaking(BEN));
        assertThat(append(message)).isInstanceOf(AppendResult.Stored.class);
        mute(BEN, 60_000);
        append(leave(BEN, "l"));
        assertThat(append(message)).isInstanceOf(AppendResult.Duplicate.class);
    }

    @Test
    void amendment_rests_on_the_same_rows_as_a_message() throws Exception {
        create();
        put(BEN, RoomRole.MODERATOR);
        append(message(ANN, "m", speaking(ANN)));
        Permit spoken = speaking(ANN);
        mute(ANN, 60_000);
        assertThat(amend("m", ANN, Change.EDIT, spoken)).isEqualTo(CHANGED);
        Permit moderator = acting(BEN);
        put(BEN, RoomRole.MEMBER);
        assertThat(amend("m", BEN, Change.DELETE, moderator)).isEqualTo(CHANGED);
        assertThat(head()).isEqualTo(1);
        put(BEN, RoomRole.MODERATOR);
        assertThat(amend("m", BEN, Change.DELETE, moderator)).isInstanceOf(AppendResult.Stored.class);
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void what_was_permitted_in_a_room_is_not_done_after_its_deletion() throws Exception {
        create();
        append(message(BEN, "m", speaking(BEN)));
        AppendRequest message = message(BEN, "n", speaking(BEN));
        Permit acting = acting(BEN);
        AppendRequest removal = removal(BEN, "r");
        assertThat(done(rooms().delete(ROOM, ANN, RoomTerms.NONE))).isEqualTo(RoomChange.DONE);
        assertThat(append(message)).isEqualTo(Refusal.CHANGED);
        assertThat(amend("m", BEN, Change.DELETE, acting)).isEqualTo(CHANGED);
        assertThat(append(removal)).isEqualTo(Refusal.CHANGED);
        assertThat(head()).isEqualTo(1);
    }

    @Test
    void removal_by_a_user_who_was_lowered_meanwhile_is_not_done() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        put(CLEO, RoomRole.MODERATOR);
        AppendRequest removal = removal(BEN, "r", PLENTY, new Condition(CLEO, Optional.of(taken(RoomRole.MODERATOR))));
        put(CLEO, RoomRole.MEMBER);
        assertThat(append(removal)).isEqualTo(Refusal.CHANGED);
        assertKept(BEN, RoomRole.MEMBER);
        put(CLEO, RoomRole.MODERATOR);
        assertThat(append(removal)).isInstanceOf(AppendResult.Stored.class);
        assertRemoved(BEN, 1);
    }

    @Test
    void removal_is_not_permitted_on_what_is_no_more_so() throws Exception {
        create();
        Condition stale = new Condition(CLEO, Optional.of(taken(RoomRole.MODERATOR)));
        assertThat(done(rooms().permitRemoval(ROOM, BEN, List.of(stale), true)))
                .isEqualTo(Result.refused(RoomChange.CHANGED));
    }

    @Test
    void removal_and_addition_at_the_same_time_leave_what_the_later_one_wanted() throws Exception {
        create();
        put(BEN, RoomRole.MEMBER);
        for (int round = 0; round < ROUNDS; round++) {
            Entrant entrant = new Entrant(BEN, taken(RoomRole.MEMBER), PLENTY, true);
            AppendRequest removal = removal(BEN, "r" + round);
            boolean removesFirst = round % 2 == 0;
            Future<AppendResult> early = removesFirst ? streams().append(removal) : Future.succeededFuture();
            Future<RoomChange> added = rooms().putMember(ROOM, entrant, RoomTerms.NONE);
            Future<AppendResult> late = removesFirst ? early : streams().append(removal);
            assertThat(done(late))
                    .matches(result -> result instanceof AppendResult.Stored || result == Refusal.CHANGED);
            assertThat(done(added)).isEqualTo(RoomChange.DONE);
            assertThat(role(BEN).isPresent()).as("round " + round).isNotEqualTo(isBarred(BEN));
        }
    }

    /** CWE-367: the removal of a user who is no member changes no membership. */
    @Test
    void addition_decided_while_its_user_was_not_barred_is_not_done_after_their_removal() throws Exception {
        create();
        RoomTerms seen = terms(BEN);
        append(removal(BEN, "r"));
        Entrant invited = new Entrant(BEN, taken(RoomRole.MEMBER), PLENTY, true);
        assertThat(done(rooms().putMember(ROOM, invited, seen))).isEqualTo(RoomChange.CHANGED);
        assertRemoved(BEN, 1);
        RoomTerms overBar = new RoomTerms(List.of(new Condition(BEN, Optional.empty())), Long.MAX_VALUE);
        assertThat(done(rooms().putMember(ROOM, invited, overBar))).isEqualTo(RoomChange.DONE);
        assertThat(isBarred(BEN)).isFalse();
    }

    @Test
    void addition_and_removal_that_rest_on_a_user_who_was_barred_since_are_not_done() throws Exception {
        create();
        RoomTerms byCleo = terms(CLEO);
        AppendRequest removal = removal(BEN, "b", PLENTY, byCleo.conditions().toArray(Condition[]::new));
        append(removal(CLEO, "c"));
        Entrant invited = new Entrant(BEN, taken(RoomRole.MEMBER), PLENTY, true);
        assertThat(done(rooms().putMember(ROOM, invited, byCleo))).isEqualTo(RoomChange.CHANGED);
        assertThat(append(removal)).isEqualTo(Refusal.CHANGED);
        assertThat(role(BEN)).isEmpty();
        assertThat(isBarred(BEN)).isFalse();
    }

    @Test
    void acceptance_and_removal_at_the_same_time_do_not_both_come_true() throws Exception {
        create();
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = new UserId("u" + round);
            Entrant invited = new Entrant(user, taken(RoomRole.MEMBER), ROUNDS + PLENTY, true);
            RoomTerms seen = terms(user);
            AppendRequest removal = removal(user, "r" + round, ROUNDS);
            boolean removesFirst = round % 2 == 0;
            Future<AppendResult> early = removesFirst ? streams().append(removal) : Future.succeededFuture();
            Future<RoomChange> accepted = rooms().putMember(ROOM, invited, seen);
            Future<AppendResult> removed = removesFirst ? early : streams().append(removal);
            boolean isMember = done(accepted) == RoomChange.DONE;
            assertThat(done(removed) instanceof AppendResult.Stored)
                    .as("round " + round)
                    .isNotEqualTo(isMember);
            assertThat(role(user).isPresent()).isEqualTo(isMember);
            assertThat(isBarred(user)).isNotEqualTo(isMember);
        }
    }

    /** The terms of a change that was decided on these facts of the user. */
    private RoomTerms terms(UserId user) throws Exception {
        return new RoomTerms(List.of(Condition.of(user, done(rooms().find(ROOM, user)))), Long.MAX_VALUE);
    }

    private Permit speaking(UserId user) throws Exception {
        return done(rooms().find(ROOM, user)).permits().toSpeak();
    }

    private Permit acting(UserId user) throws Exception {
        return done(rooms().find(ROOM, user)).permits().toAct();
    }

    private static AppendRequest message(UserId from, String id, Permit permit) {
        return plain(from, "chat", id).carrying(new Message(id, from)).permittedBy(permit);
    }

    private AppendResult amend(String message, UserId by, Change change, Permit permit) throws Exception {
        AppendRequest entry = plain(by, "amend", by.value()).permittedBy(permit);
        return done(streams().amend(new AmendRequest(entry, message, by, true, change, 0, PLENTY, Integer.MAX_VALUE)));
    }

    private static AppendRequest plain(UserId from, String type, String id) {
        byte[] hash = id.getBytes(StandardCharsets.UTF_8);
        return entry(Optional.of(from), Optional.of(new IdempotencyKey(from, type, id, hash, id)));
    }

    private static AppendRequest entry(Optional<UserId> author, Optional<IdempotencyKey> key) {
        return new AppendRequest(
                STREAM,
                new StreamWindow(PLENTY, 60_000),
                1,
                "{}".getBytes(StandardCharsets.UTF_8),
                author,
                key,
                Long.MAX_VALUE / 4);
    }

    private void mute(UserId user, long forMs) throws Exception {
        assertThat(done(rooms().mute(ROOM, user, forMs, PLENTY, RoomTerms.NONE)))
                .isEqualTo(RoomChange.DONE);
    }

    private void create() throws Exception {
        Room room = new Room(ROOM, "Tea", Visibility.PRIVATE, ANN, 1);
        assertThat(done(rooms().create(room, Long.MAX_VALUE))).isEqualTo(RoomChange.DONE);
    }

    private void put(UserId user, RoomRole role) throws Exception {
        assertThat(done(rooms().putMember(ROOM, new Entrant(user, taken(role), PLENTY, true), RoomTerms.NONE)))
                .isEqualTo(RoomChange.DONE);
    }

    private RoomChange addition(UserId user, int most, boolean liftsBar) throws Exception {
        Entrant entrant = new Entrant(user, Membership.taken(RoomRole.MEMBER, 0), most, liftsBar);
        return done(rooms().putMember(ROOM, entrant, RoomTerms.NONE));
    }

    private AppendRequest removal(UserId user, String key) throws Exception {
        return removal(user, key, PLENTY);
    }

    private AppendRequest removal(UserId user, String key, int mostBars, Condition... conditions) throws Exception {
        return ending(user, "remove_user", key, mostBars)
                .permittedBy(permit(rooms().permitRemoval(ROOM, user, List.of(conditions), true)));
    }

    private AppendRequest leave(UserId user, String messageId) throws Exception {
        return ending(user, "detach", messageId, 0).leaving(user).permittedBy(permit(leaveOf(user)));
    }

    private Result<Permit, RoomChange> permitRemoval(UserId user) throws Exception {
        return done(leaveOf(user));
    }

    private Future<Result<Permit, RoomChange>> leaveOf(UserId user) {
        return rooms().permitRemoval(ROOM, user, List.of(), false);
    }

    private static Permit permit(Future<Result<Permit, RoomChange>> asked) throws Exception {
        return done(asked).fold(permit -> permit, why -> {
            throw new AssertionError(why);
        });
    }

    private static Membership taken(RoomRole role) {
        return Membership.taken(role, 0);
    }

    private static AppendRequest ending(UserId user, String type, String key, int mostBars) {
        byte[] hash = user.value().getBytes(StandardCharsets.UTF_8);
        return entry(Optional.empty(), Optional.of(new IdempotencyKey(user, type, key, hash, key)))
                .barring(user, mostBars);
    }

    private static AppendRequest message(UserId author) {
        return entry(Optional.of(author), Optional.empty());
    }

    private AppendResult append(AppendRequest request) throws Exception {
        return done(streams().append(request));
    }

    private void assertRemoved(UserId user, long head) throws Exception {
        assertThat(role(user)).isEmpty();
        assertThat(isBarred(user)).isTrue();
        assertThat(head()).isEqualTo(head);
    }

    private void assertKept(UserId user, RoomRole role) throws Exception {
        assertThat(role(user)).contains(role);
        assertThat(isBarred(user)).isFalse();
        assertThat(head()).isZero();
    }

    private Optional<RoomRole> role(UserId user) throws Exception {
        return done(rooms().find(ROOM, user)).membership().map(Membership::role);
    }

    private boolean isBarred(UserId user) throws Exception {
        return done(streams().access(STREAM, user)).barred();
    }

    private long head() throws Exception {
        return done(streams().head(STREAM)).seq();
    }
}
