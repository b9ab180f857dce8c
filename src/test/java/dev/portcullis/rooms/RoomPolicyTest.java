package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomDecision.Access;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.rooms.authorizer.AuthorizerAnswer;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomFacts;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RoomPolicyTest {
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final Verdict NOT_MEMBER = Verdict.refused(Reason.NOT_MEMBER);
    private static final Verdict FORBIDDEN = Verdict.refused(Reason.FORBIDDEN);

    private final RoomPolicy policy =
            new RoomPolicy(Live.fixed(RoomsFixture.open(LOBBY)), Live.fixed(Permissions.DEFAULT));

    /** Columns: the sender's role in the token, their membership, the target's membership, the verdict. */
    @ParameterizedTest
    @CsvSource({
        "unverified, owner,    member,    forbidden",
        "member,    ,          ,          forbidden",
        "member,    member,    ,          forbidden",
        "member,    moderator, ,          granted",
        "member,    moderator, member,    granted",
        "member,    moderator, moderator, outranked",
        "member,    moderator, owner,     outranked",
        "member,    owner,     moderator, granted",
        "member,    owner,     owner,     outranked",
        "moderator, ,          member,    granted",
        "moderator, ,          moderator, outranked",
        "moderator, owner,     moderator, granted",
        "moderator, member,    owner,     outranked",
        "admin,     ,          owner,     granted",
        "admin,     member,    owner,     granted",
    })
    void removal_is_granted_only_against_users_of_lower_rank(
            String role, @Nullable String own, @Nullable String theirs, String verdict) {
        Sender from = sender(Role.of(role).orElseThrow());
        Verdict actual = removal(from, LOBBY, membership(own), new UserId("ben"), membership(theirs));
        assertThat(actual).isEqualTo(verdict(verdict));
        assertThat(removal(from, LOBBY, membership(own), from.userId(), membership(own)))
                .as("removal of oneself")
                .isEqualTo(FORBIDDEN);
        assertThat(removal(from, new RoomId("attic"), Optional.empty(), new UserId("ben"), membership(theirs)))
                .as("in a room that the sender may not enter")
                .isEqualTo(from.role() == Role.ADMIN ? Verdict.GRANTED : NOT_MEMBER);
    }

    @ParameterizedTest
    @EnumSource
    void unverified_users_read_and_change_nothing_whatever_their_membership(RoomAction action) {
        Set<RoomAction> reading =
                EnumSet.of(RoomAction.JOIN, RoomAction.LEAVE, RoomAction.HISTORY, RoomAction.PRESENCE, RoomAction.READ);
        RoomDecision decision = policy.decide(
                sender(Role.UNVERIFIED), action, LOBBY, RoomsFixture.facts(membership("owner")), Optional.empty());
        assertThat(decision.isGranted()).isEqualTo(reading.contains(action));
        assertThat(decision.verdict().equals(Verdict.refused(Rejection.unverified())))
                .as("says that it is for want of verification")
                .isEqualTo(!reading.contains(action) && memberMay(action));
        assertThat(policy.permitsAnywhere(sender(Role.UNVERIFIED), action)).isEqualTo(reading.contains(action));
    }

    @ParameterizedTest
    @EnumSource
    void invitations_are_accepted_and_users_blocked_by_all_but_unverified_ones(Role role) {
        for (RoomAction action : List.of(RoomAction.ACCEPT_INVITATION, RoomAction.BLOCK_USER)) {
            RoomDecision decision = policy.decideAnywhere(sender(role), action);
            assertThat(decision.verdict())
                    .isEqualTo(role == Role.UNVERIFIED ? Verdict.refused(Rejection.unverified()) : Verdict.GRANTED);
            assertThat(policy.decideWithoutRoom(sender(role), action)).contains(decision);
        }
    }

    /** Columns: the sender's role in the token, the action, and what the append rests on. */
    @ParameterizedTest
    @CsvSource({
        "member,    chat,           to speak",
        "moderator, edit_message,   to speak",
        "member,    remove_user,    to act",
        "member,    delete_message, to act",
        "admin,     chat,           nothing",
        "member,    join,           nothing",
    })
    void append_rests_on_what_its_permission_was_decided_on(String role, String action, String rests) {
        Permit toAct = new Permit(List.of(new Permit.Row("t", "", "act", Optional.empty())), List.of(), List.of());
        Permit toSpeak = new Permit(List.of(new Permit.Row("t", "", "speak", Optional.empty())), List.of(), List.of());
        RoomFacts facts = new RoomFacts(
                Optional.empty(),
                false,
                membership("owner"),
                Optional.empty(),
                false,
                false,
                new RoomFacts.Permits(toAct, toSpeak));
        Sender from = sender(Role.of(role).orElseThrow());
        assertThat(RoomPolicy.permit(from, RoomAction.of(action).orElseThrow(), facts))
                .isEqualTo(Map.of("to act", toAct, "to speak", toSpeak, "nothing", Permit.UNCONDITIONAL)
                        .get(rests));
    }

    private static Sender sender(Role role) {
        return sender(role, List.of());
    }

    private Verdict removal(
            Sender from, RoomId room, Optional<Membership> own, UserId target, Optional<Membership> theirs) {
        RoomDecision decision =
                policy.decide(from, RoomAction.REMOVE_USER, room, RoomsFixture.facts(own), Optional.empty());
        return policy.decideAgainst(from, decision, target, theirs, Optional.empty())
                .verdict();
    }

    /** An owner demotes a moderator, or removes and adds them again: what they do from habit is no probe. */
    @Test
    void refusal_says_that_the_role_is_by_another_user() {
        Sender ann = sender(Role.MEMBER);
        UserId ben = new UserId("ben");
        Verdict assigned = Verdict.refused(Rejection.assigned());
        Optional<Membership> demoted = membership("moderator").map(each -> each.given(RoomRole.MEMBER));
        Optional<Membership> added = Optional.of(Membership.added(RoomRole.MEMBER, 0));
        Optional<Membership> owned = membership("owner").map(each -> each.given(RoomRole.MODERATOR));
        for (Optional<Membership> own : List.of(demoted, added)) {
            assertThat(removal(ann, LOBBY, own, ben, Optional.empty())).isEqualTo(assigned);
            assertThat(removal(ann, LOBBY, own.map(Membership::unassigned), ben, Optional.empty()))
                    .isEqualTo(FORBIDDEN);
            assertThat(removal(ann, LOBBY, own.map(each -> each.accepted(RoomRole.MEMBER)), ben, Optional.empty()))
                    .isEqualTo(FORBIDDEN);
        }
        assertThat(removal(ann, LOBBY, owned, ben, membership("moderator"))).isEqualTo(verdict("outranked"));
        assertThat(removal(ann, LOBBY, owned, ben, membership("member"))).isEqualTo(Verdict.GRANTED);
    }

    /** Columns: the sender's role in the token, their membership, the target's role in a token, the verdict. */
    @ParameterizedTest
    @CsvSource({
        "member,    moderator, member,    granted",
        "member,    moderator, moderator, outranked",
        "member,    owner,     moderator, granted",
        "member,    owner,     admin,     outranked",
        "moderator, ,          member,    granted",
        "moderator, ,          moderator, outranked",
        "moderator, ,          admin,     outranked",
        "admin,     ,          moderator, granted",
        "admin,     ,          admin,     outranked",
    })
    void role_in_the_token_of_the_other_user_counts_as_their_rank(
            String role, @Nullable String own, String theirs, String verdict) {
        Sender from = sender(Role.of(role).orElseThrow());
        RoomDecision decision =
                policy.decide(from, RoomAction.MUTE_USER, LOBBY, RoomsFixture.facts(membership(own)), Optional.empty());
        assertThat(policy.decideAgainst(from, decision, new UserId("ben"), Optional.empty(), Role.of(theirs))
                        .verdict())
                .isEqualTo(verdict(verdict));
    }

    private static Verdict verdict(String name) {
        return switch (name) {
            case "granted" -> Verdict.GRANTED;
            case "outranked" -> Verdict.refused(Rejection.outranked());
            case "not_member" -> NOT_MEMBER;
            default -> FORBIDDEN;
        };
    }

    private static Optional<RoomRole> role(@Nullable String id) {
        return Optional.ofNullable(id).flatMap(RoomRole::of);
    }

    private static Optional<Membership> membership(@Nullable String role) {
        return role(role).map(each -> Membership.taken(each, 0));
    }

    /** Columns: role in the token, rooms of the token, membership, action, room, verdict. */
    @ParameterizedTest
    @CsvSource({
        "member,    ,           ,          chat,          lobby,      granted",
        "member,    ,           ,          remove_user,   lobby,      forbidden",
        "member,    ,           ,          chat,          team-red,   not_member",
        "member,    ,           ,          remove_user,   team-red,   not_member",
        "member,    ,           ,          system_broadcast, team-red, not_member",
        "member,    team-red,   ,          chat,          team-red,   granted",
        "member,    team-red,   ,          chat,          team-red2,  not_member",
        "member,    team-red,   ,          chat,          Team-red,   not_member",
        "member,    team-*,     ,          join,          team-red,   granted",
        "member,    team-*,     ,          join,          team-,      granted",
        "member,    team-*,     ,          join,          team,       not_member",
        "member,    team-*,     ,          join,          my-team-1,  not_member",
        "member,    *,          ,          join,          anything,   granted",
        "member,    a;b;c-*,    ,          join,          c-1,        granted",
        "member,    ,           member,    chat,          team-red,   granted",
        "member,    ,           member,    remove_user,   team-red,   forbidden",
        "member,    ,           moderator, remove_user,   team-red,   granted",
        "member,    ,           owner,     remove_user,   team-red,   granted",
        "member,    ,           owner,     system_broadcast, team-red, forbidden",
        "member,    team-*,     moderator, remove_user,   team-red,   granted",
        "member,    ,           moderator, remove_user,   lobby,      granted",
        "moderator, ,           ,          remove_user,   lobby,      granted",
        "moderator, team-*,     ,          remove_user,   team-red,   granted",
        "moderator, ,           ,          remove_user,   team-red,   not_member",
        "moderator, ,           member,    remove_user,   team-red,   granted",
        "moderator, ,           ,          system_broadcast, lobby,   forbidden",
        "admin,     ,           ,          remove_user,   team-red,   granted",
        "admin,     ,           member,    remove_user,   team-red,   granted",
        "admin,     ,           ,          system_broadcast, lobby,   granted",
        "member,    ,           ,          auth,          lobby,      forbidden",
        "admin,     ,           ,          ping,          lobby,      forbidden",
    })
    void action_in_a_room_gets_the_verdict_of_role_rooms_and_membership(
            String role,
            @Nullable String rooms,
            @Nullable String membership,
            String action,
            String room,
            String verdict) {
        Sender sender = sender(Role.of(role).orElseThrow(), rooms == null ? List.of() : List.of(rooms.split(";")));

        assertThat(judgeFully(
                        policy, sender, FrameType.of(action).orElseThrow(), new RoomId(room), membership(membership)))
                .isEqualTo(verdict(verdict));
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void every_action_in_a_foreign_room_is_refused_as_not_member(FrameType action) {
        for (Role role : EnumSet.of(Role.MEMBER, Role.MODERATOR)) {
            assertThat(judgeFully(policy, sender(role), action, new RoomId("x"), Optional.empty()))
                    .isEqualTo(NOT_MEMBER);
        }
    }

    /** Columns: the role in the token, the action, the room, the verdict; none where a membership, a mute or a room may change it. */
    @ParameterizedTest
    @CsvSource({
        "member, history,          lobby, granted",
        "admin,  chat,             t-1,   granted",
        "member, system_broadcast, lobby, forbidden",
        "member, remove_user,      lobby, ",
        "member, chat,             lobby, ",
        "member, history,          t-1,   ",
    })
    void store_is_needed_where_it_could_change_the_verdict(
            String role, String action, String room, @Nullable String verdict) {
        assertThat(policy.decideWithoutStore(
                                sender(Role.of(role).orElseThrow(), List.of("t-*")),
                                RoomAction.of(action).orElseThrow(),
                                new RoomId(room))
                        .map(RoomDecision::verdict))
                .isEqualTo(Optional.ofNullable(verdict).map(RoomPolicyTest::verdict));
    }

    @Test
    void verdict_without_the_store_never_differs_from_the_one_with_it() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int decided = 0;
        for (int i = 0; i < 2_000; i++) {
            RoomPolicy any =
                    new RoomPolicy(Live.fixed(RoomsFixture.open(LOBBY)), Live.fixed(randomPermissions(random)));
            Sender from =
                    sender(pick(random, List.of(Role.values())), pick(random, List.of(List.of(), List.of("r-*"))));
            RoomAction action = pick(random, List.of(RoomAction.values()));
            RoomId room = pick(random, List.of(LOBBY, new RoomId("r-1"), new RoomId("x")));
            Optional<RoomDecision> withoutStore = any.decideWithoutStore(from, action, room);
            decided += withoutStore.isPresent() ? 1 : 0;
            for (RoomFacts facts : RoomsFixture.allFacts(room)) {
                withoutStore.ifPresent(decision -> assertThat(any.decide(from, action, room, facts, Optional.empty())
                                .verdict())
                        .as("seed %d: %s %s %s %s", seed, from, action, room, facts)
                        .isEqualTo(decision.verdict()));
            }
        }
        assertThat(decided).isPositive();
    }

    @Test
    void token_opens_no_room_that_a_user_created() {
        Sender ann = sender(Role.MEMBER, List.of("*"));
        RoomId room = new RoomId("secret");
        Optional<Room> created = Optional.of(new Room(room, "Secret", Visibility.PRIVATE, new UserId("ben"), 1));
        RoomFacts facts = new RoomFacts(created, false, Optional.empty(), Optional.empty(), false, false);

        assertThat(decide(ann, RoomAction.HISTORY, room, RoomFacts.NONE))
                .isEqualTo(new RoomDecision(Rule.PERMITTED, Optional.of(Access.TOKEN), Optional.of(RoomRole.MEMBER)));
        assertThat(decide(ann, RoomAction.HISTORY, room, facts)).isEqualTo(RoomDecision.refused(Rule.NO_ACCESS));
    }

    @Test
    void bar_overrides_every_access_but_an_admins() {
        for (RoomFacts facts : RoomsFixture.allFacts(LOBBY)) {
            RoomFacts barred = facts.withBar(true);
            for (RoomAction action : RoomAction.grantable()) {
                for (Role role : EnumSet.of(Role.MEMBER, Role.MODERATOR)) {
                    RoomDecision decision = policy.decide(
                            sender(role, List.of("*")), action, LOBBY, barred, Optional.of(AuthorizerAnswer.ALLOWED));
                    assertThat(decision).isEqualTo(RoomDecision.refused(Rule.BARRED));
                }
                assertThat(decide(sender(Role.ADMIN), action, LOBBY, barred).isGranted())
                        .isTrue();
            }
        }
    }

    @Test
    void mute_silences_members_but_takes_nothing_else() {
        RoomFacts muted =
                new RoomFacts(Optional.empty(), false, membership("moderator"), Optional.of(5L), false, false);
        Sender ann = sender(Role.MEMBER);
        for (RoomAction action : List.of(
                RoomAction.CHAT, RoomAction.EDIT_MESSAGE, RoomAction.TYPING_INDICATOR, RoomAction.FILE_UPLOAD)) {
            assertThat(decide(ann, action, LOBBY, muted).verdict()).isEqualTo(Verdict.refused(Rejection.muted()));
            assertThat(decide(sender(Role.ADMIN), action, LOBBY, muted).isGranted())
                    .isTrue();
        }
        for (RoomAction action : List.of(
                RoomAction.JOIN,
                RoomAction.HISTORY,
                RoomAction.READ,
                RoomAction.DELETE_MESSAGE,
                RoomAction.MUTE_USER)) {
            assertThat(decide(ann, action, LOBBY, muted).isGranted()).isTrue();
        }
    }

    @Test
    void private_deleted_and_absent_rooms_answer_alike_to_those_without_rights() {
        RoomId room = new RoomId("x");
        Sender ann = sender(Role.MODERATOR);
        for (RoomFacts facts : RoomsFixture.allFacts(room)) {
            boolean open = facts.membership().isPresent()
                    || facts.room()
                            .filter(each -> each.visibility() == Visibility.PUBLIC)
                            .isPresent();
            for (RoomAction action : RoomAction.values()) {
                if (!open) {
                    assertThat(decide(ann, action, room, facts).verdict()).isEqualTo(NOT_MEMBER);
                }
            }
        }
    }

    /** Columns: the authorizer's answer, whether the room was deleted, the rule. */
    @ParameterizedTest
    @CsvSource({
        "ALLOWED,    false, PERMITTED",
        "ALLOWED,    true,  NO_ACCESS",
        "REFUSED,    false, NO_ACCESS",
        "UNANSWERED, false, NO_ANSWER",
        "UNANSWERED, true,  NO_ACCESS",
    })
    void authorizer_opens_a_room_only_by_saying_so(AuthorizerAnswer answer, boolean deleted, Rule rule) {
        RoomFacts facts = new RoomFacts(Optional.empty(), deleted, Optional.empty(), Optional.empty(), false, false);
        Sender ann = sender(Role.MEMBER);
        assertThat(policy.decide(ann, RoomAction.CHAT, new RoomId("x"), facts, Optional.of(answer))
                        .rule())
                .isEqualTo(rule);
        assertThat(policy.needsAuthorizer(ann, new RoomId("x"), facts)).isEqualTo(!deleted);
        assertThat(policy.needsAuthorizer(ann, LOBBY, facts)).isFalse();
    }

    /** Columns: the sender's role in the token, their membership, the target's, the wanted one, the rule. */
    @ParameterizedTest
    @CsvSource({
        "member,    member,    ,          member,    NO_PERMISSION",
        "member,    moderator, ,          member,    PERMITTED",
        "member,    moderator, member,    ,          PERMITTED",
        "member,    moderator, member,    moderator, NO_PERMISSION",
        "member,    moderator, moderator, ,          NO_PERMISSION",
        "member,    moderator, owner,     member,    NO_PERMISSION",
        "member,    owner,     ,          owner,     PERMITTED",
        "member,    owner,     member,    moderator, PERMITTED",
        "member,    owner,     moderator, owner,     PERMITTED",
        "member,    owner,     owner,     member,    OUTRANKED",
        "member,    owner,     owner,     ,          OUTRANKED",
        "moderator, ,          ,          member,    PERMITTED",
        "moderator, ,          member,    owner,     NO_PERMISSION",
        "admin,     ,          owner,     ,          PERMITTED",
        "admin,     ,          ,          owner,     PERMITTED",
    })
    void membership_of_another_user_is_changed_only_from_above(
            String role, @Nullable String own, @Nullable String present, @Nullable String wanted, Rule rule) {
        Sender from = sender(Role.of(role).orElseThrow());
        RoomAction action = RoomPolicy.actionFor(from, new UserId("ben"), role(present), role(wanted))
                .orElseThrow();
        RoomDecision decision = decide(from, action, LOBBY, RoomsFixture.facts(membership(own)));

        assertThat(policy.decideMembership(decision, role(present), role(wanted))
                        .rule())
                .isEqualTo(rule);
    }

    @Test
    void role_that_may_change_roles_gives_none_above_itself() {
        Map<RoomRole, Set<RoomAction>> rows = new EnumMap<>(Permissions.DEFAULT.rows());
        rows.put(RoomRole.MODERATOR, RoomAction.grantable());
        RoomPolicy generous = new RoomPolicy(Live.fixed(RoomsFixture.open(LOBBY)), Live.fixed(new Permissions(rows)));
        RoomDecision granted = generous.decide(
                sender(Role.MEMBER),
                RoomAction.CHANGE_ROLES,
                LOBBY,
                RoomsFixture.facts(membership("moderator")),
                Optional.empty());

        assertThat(generous.decideMembership(granted, Optional.empty(), role("owner"))
                        .rule())
                .isEqualTo(Rule.ABOVE_OWN_ROLE);
        assertThat(generous.decideMembership(granted, Optional.empty(), role("moderator"))
                        .isGranted())
                .isTrue();
    }

    @Test
    void users_may_leave_and_lower_themselves_but_not_rise() {
        Sender ann = sender(Role.MEMBER);
        assertThat(RoomPolicy.actionFor(ann, ann.userId(), role("owner"), Optional.empty()))
                .isEmpty();
        assertThat(RoomPolicy.actionFor(ann, ann.userId(), role("owner"), role("member")))
                .isEmpty();
        assertThat(RoomPolicy.actionFor(ann, ann.userId(), role("member"), role("moderator")))
                .contains(RoomAction.CHANGE_ROLES);
        assertThat(RoomPolicy.actionFor(ann, ann.userId(), Optional.empty(), role("member")))
                .contains(RoomAction.CHANGE_MEMBERS);
        assertThat(RoomPolicy.ownMembership(Membership.taken(RoomRole.OWNER, 0)).isGranted())
                .isTrue();
    }

    private RoomDecision decide(Sender from, RoomAction action, RoomId room, RoomFacts facts) {
        return policy.decide(from, action, room, facts, Optional.empty());
    }

    @Test
    void permissions_of_one_role_do_not_affect_another() {
        Map<RoomRole, Set<RoomAction>> rows = new EnumMap<>(Permissions.DEFAULT.rows());
        rows.put(RoomRole.MEMBER, Set.of(RoomAction.JOIN, RoomAction.HISTORY));
        RoomPolicy readOnly = new RoomPolicy(Live.fixed(RoomsFixture.open(LOBBY)), Live.fixed(new Permissions(rows)));

        assertThat(judgeFully(readOnly, sender(Role.MEMBER), FrameType.CHAT, LOBBY, Optional.empty()))
                .isEqualTo(FORBIDDEN);
        assertThat(judgeFully(readOnly, sender(Role.MODERATOR), FrameType.CHAT, LOBBY, Optional.empty()))
                .isEqualTo(Verdict.GRANTED);
    }

    /** Reads the membership only where it is needed, as the verticle does. */
    private boolean memberMay(RoomAction action) {
        return policy.permitsAnywhere(sender(Role.MEMBER), action);
    }

    private static Verdict judgeFully(
            RoomPolicy policy, Sender from, FrameType action, RoomId room, Optional<Membership> row) {
        RoomAction asked = RoomAction.of(action);
        return policy.decideWithoutStore(from, asked, room)
                .orElseGet(() -> policy.decide(from, asked, room, RoomsFixture.facts(row), Optional.empty()))
                .verdict();
    }

    private static Permissions randomPermissions(Random random) {
        Map<RoomRole, Set<RoomAction>> rows = new EnumMap<>(RoomRole.class);
        for (RoomRole role : RoomRole.values()) {
            Set<RoomAction> actions = EnumSet.noneOf(RoomAction.class);
            for (RoomAction action : RoomAction.grantable()) {
                if (random.nextBoolean()) {
                    actions.add(action);
                }
            }
            rows.put(role, actions);
        }
        return new Permissions(rows);
    }

    private static <T> T pick(Random random, List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private static Sender sender(Role role, List<String> rooms) {
        return new Sender(new UserId("ann"), Optional.empty(), role, rooms, "s");
    }
}
