package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import java.util.ArrayList;
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

    private final RoomPolicy policy = new RoomPolicy(new RoomsConfig(Set.of(LOBBY)), Live.fixed(Permissions.DEFAULT));

    /** Columns: the sender's role in the token, their membership, the target's membership, the verdict. */
    @ParameterizedTest
    @CsvSource({
        "member,    ,          ,          forbidden",
        "member,    member,    ,          forbidden",
        "member,    moderator, ,          granted",
        "member,    moderator, member,    granted",
        "member,    moderator, moderator, forbidden",
        "member,    moderator, owner,     forbidden",
        "member,    owner,     moderator, granted",
        "member,    owner,     owner,     forbidden",
        "moderator, ,          member,    granted",
        "moderator, ,          moderator, forbidden",
        "moderator, owner,     moderator, granted",
        "moderator, member,    owner,     forbidden",
        "admin,     ,          owner,     granted",
        "admin,     member,    owner,     granted",
    })
    void removal_is_granted_only_against_users_of_lower_rank(
            String role, @Nullable String own, @Nullable String theirs, String verdict) {
        Sender from =
                new Sender(new UserId("ann"), Optional.empty(), Role.of(role).orElseThrow(), List.of(), "s");
        Verdict actual = policy.judgeRemoval(from, LOBBY, membership(own), new UserId("ben"), membership(theirs));
        assertThat(actual).isEqualTo(verdict.equals("granted") ? Verdict.GRANTED : FORBIDDEN);
        assertThat(policy.judgeRemoval(from, LOBBY, membership(own), from.userId(), membership(own)))
                .as("removal of oneself")
                .isEqualTo(FORBIDDEN);
        assertThat(policy.judgeRemoval(
                        from, new RoomId("attic"), Optional.empty(), new UserId("ben"), membership(theirs)))
                .as("in a room that the sender may not enter")
                .isEqualTo(from.role() == Role.ADMIN ? Verdict.GRANTED : NOT_MEMBER);
    }

    private static Optional<Membership> membership(@Nullable String role) {
        return Optional.ofNullable(role).flatMap(RoomRole::of).map(Membership::new);
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
        Optional<Membership> row =
                Optional.ofNullable(membership).flatMap(RoomRole::of).map(Membership::new);

        assertThat(judgeFully(policy, sender, FrameType.of(action).orElseThrow(), new RoomId(room), row))
                .isEqualTo(
                        switch (verdict) {
                            case "granted" -> Verdict.GRANTED;
                            case "forbidden" -> FORBIDDEN;
                            default -> NOT_MEMBER;
                        });
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void every_action_in_a_foreign_room_is_refused_as_not_member(FrameType action) {
        for (Role role : EnumSet.of(Role.MEMBER, Role.MODERATOR)) {
            assertThat(judgeFully(policy, sender(role, List.of()), action, new RoomId("x"), Optional.empty()))
                    .isEqualTo(NOT_MEMBER);
        }
    }

    @Test
    void grants_of_the_token_or_the_public_list_need_no_store() {
        assertThat(policy.judgeWithoutStore(sender(Role.MEMBER, List.of()), FrameType.CHAT, LOBBY))
                .contains(Verdict.GRANTED);
        assertThat(policy.judgeWithoutStore(sender(Role.MEMBER, List.of("t-*")), FrameType.CHAT, new RoomId("t-1")))
                .contains(Verdict.GRANTED);
        assertThat(policy.judgeWithoutStore(sender(Role.ADMIN, List.of()), FrameType.REMOVE_USER, new RoomId("t-1")))
                .contains(Verdict.GRANTED);
        assertThat(policy.judgeWithoutStore(sender(Role.MEMBER, List.of()), FrameType.SYSTEM_BROADCAST, LOBBY))
                .as("no membership permits it")
                .contains(FORBIDDEN);
        assertThat(policy.judgeWithoutStore(sender(Role.MEMBER, List.of()), FrameType.REMOVE_USER, LOBBY))
                .as("a membership as moderator would permit it")
                .isEmpty();
        assertThat(policy.judgeWithoutStore(sender(Role.MEMBER, List.of()), FrameType.CHAT, new RoomId("t-1")))
                .isEmpty();
    }

    @Test
    void verdict_without_the_store_never_differs_from_the_one_with_it() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Optional<Membership>> memberships = new ArrayList<>(List.of(Optional.empty()));
        for (RoomRole role : EnumSet.range(RoomRole.MEMBER, RoomRole.OWNER)) {
            memberships.add(Optional.of(new Membership(role)));
        }
        for (int i = 0; i < 2_000; i++) {
            RoomPolicy any = new RoomPolicy(new RoomsConfig(Set.of(LOBBY)), Live.fixed(randomPermissions(random)));
            Sender from =
                    sender(pick(random, List.of(Role.values())), pick(random, List.of(List.of(), List.of("r-*"))));
            FrameType action = pick(random, List.of(FrameType.values()));
            RoomId room = pick(random, List.of(LOBBY, new RoomId("r-1"), new RoomId("x")));
            Optional<Verdict> withoutStore = any.judgeWithoutStore(from, action, room);
            for (Optional<Membership> row : memberships) {
                withoutStore.ifPresent(verdict -> assertThat(any.judge(from, action, room, row))
                        .as("seed %d: %s %s %s %s", seed, from, action, room, row)
                        .isEqualTo(verdict));
            }
        }
    }

    @Test
    void permissions_of_one_role_do_not_affect_another() {
        Map<RoomRole, Set<FrameType>> rows = new EnumMap<>(Permissions.DEFAULT.rows());
        rows.put(RoomRole.MEMBER, Set.of(FrameType.JOIN, FrameType.HISTORY));
        RoomPolicy readOnly = new RoomPolicy(new RoomsConfig(Set.of(LOBBY)), Live.fixed(new Permissions(rows)));

        assertThat(judgeFully(readOnly, sender(Role.MEMBER, List.of()), FrameType.CHAT, LOBBY, Optional.empty()))
                .isEqualTo(FORBIDDEN);
        assertThat(judgeFully(readOnly, sender(Role.MODERATOR, List.of()), FrameType.CHAT, LOBBY, Optional.empty()))
                .isEqualTo(Verdict.GRANTED);
    }

    /** Reads the membership only where it is needed, as the verticle does. */
    private static Verdict judgeFully(
            RoomPolicy policy, Sender from, FrameType action, RoomId room, Optional<Membership> row) {
        return policy.judgeWithoutStore(from, action, room).orElseGet(() -> policy.judge(from, action, room, row));
    }

    private static Permissions randomPermissions(Random random) {
        Map<RoomRole, Set<FrameType>> rows = new EnumMap<>(RoomRole.class);
        for (RoomRole role : RoomRole.values()) {
            Set<FrameType> actions = EnumSet.noneOf(FrameType.class);
            for (FrameType action : FrameType.values()) {
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
