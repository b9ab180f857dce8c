package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.rooms.DirectConfig.Allow;
import dev.portcullis.rooms.authorizer.AuthorizerAnswer;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomFacts;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DirectPolicyTest {
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final RoomId TEAM = new RoomId("team-1");
    private static final RoomId CLUB = new RoomId("club");
    private static final UserId BOB = new UserId("bob");
    private static final Verdict FORBIDDEN = Verdict.refused(Reason.FORBIDDEN);

    @ParameterizedTest
    @CsvSource({"SHARED_ROOM, rooms", "ANYONE, granted", "HOOK, hook"})
    void setting_decides_what_is_asked(Allow allow, String asked) {
        assertThat(judge(allow, sender(Role.MEMBER), BOB)).isEqualTo(asked);
    }

    @ParameterizedTest
    @EnumSource(Allow.class)
    void admin_may_write_to_anyone_and_each_user_to_themselves(Allow allow) {
        assertThat(judge(allow, sender(Role.ADMIN), BOB)).isEqualTo("granted");
        assertThat(judge(allow, sender(Role.MEMBER), sender(Role.MEMBER).userId()))
                .isEqualTo("granted");
    }

    @ParameterizedTest
    @EnumSource(Allow.class)
    void reserved_ids_get_no_messages(Allow allow) {
        assertThat(judge(allow, sender(Role.ADMIN), new UserId("system"))).isEqualTo("refused");
        assertThat(judge(allow, sender(Role.MEMBER), new UserId("deleted"))).isEqualTo("refused");
    }

    @ParameterizedTest
    @EnumSource(Allow.class)
    void role_without_the_permission_may_write_to_no_one(Allow allow) {
        Map<RoomRole, Set<RoomAction>> rows = new EnumMap<>(Permissions.DEFAULT.rows());
        rows.put(RoomRole.MEMBER, Set.of());
        DirectPolicy policy = new DirectPolicy(
                Live.fixed(new DirectConfig(allow, Optional.empty())),
                Live.fixed(RoomsFixture.open(LOBBY)),
                Live.fixed(new Permissions(rows)));
        assertThat(judge(policy, sender(Role.MEMBER), RoomAction.CHAT_MESSAGE, BOB))
                .isEqualTo("refused");
        assertThat(judge(
                        policy,
                        sender(Role.MEMBER),
                        RoomAction.CHAT_MESSAGE,
                        sender(Role.MEMBER).userId()))
                .isEqualTo("refused");
    }

    @Test
    void rooms_that_both_may_share_are_those_of_both_lists_and_of_the_token_but_no_public_one() {
        assertThat(candidates(Set.of(CLUB, LOBBY), Set.of(CLUB, LOBBY))).containsExactly(CLUB);
        assertThat(candidates(Set.of(CLUB), Set.of())).isEmpty();
        assertThat(candidates(Set.of(), Set.of(CLUB))).isEmpty();
        assertThat(candidates(Set.of(), Set.of(TEAM)))
                .as("granted by the token")
                .containsExactly(TEAM);
    }

    @Test
    void room_is_shared_by_two_members_and_a_list_alone_proves_no_membership() {
        Optional<Visibility> closed = Optional.of(Visibility.PRIVATE);
        assertThat(shared(CLUB, facts(closed, false, true), facts(closed, false, true)))
                .isTrue();
        assertThat(shared(CLUB, facts(closed, false, true), facts(closed, false, false)))
                .isFalse();
        assertThat(shared(CLUB, facts(closed, false, false), facts(closed, false, true)))
                .isFalse();
        Optional<Visibility> open = Optional.of(Visibility.PUBLIC);
        assertThat(shared(CLUB, facts(open, false, true), facts(open, false, true)))
                .isFalse();
    }

    @Test
    void token_grants_no_room_that_users_created_or_deleted() {
        Optional<Visibility> none = Optional.empty();
        assertThat(shared(TEAM, facts(none, false, false), facts(none, false, true)))
                .isTrue();
        Optional<Visibility> closed = Optional.of(Visibility.PRIVATE);
        assertThat(shared(TEAM, facts(closed, false, false), facts(closed, false, true)))
                .isFalse();
        assertThat(shared(TEAM, facts(none, true, false), facts(none, true, true)))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Allow.class)
    void own_messages_are_read_and_taken_back_under_each_setting(Allow allow) {
        for (RoomAction action : List.of(RoomAction.HISTORY, RoomAction.DELETE_MESSAGE)) {
            assertThat(judge(policy(allow), sender(Role.MEMBER), action, BOB)).isEqualTo("granted");
        }
    }

    @Test
    void hook_without_an_application_is_a_problem() {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        DirectConfig.read(Section.root(Map.of("allow", "hook"), reading), CircuitBreaker.Config.STANDARD);
        assertThat(reading.problems().isEmpty()).isFalse();
    }

    @Test
    void application_that_does_not_answer_permits_nothing() {
        DirectPolicy policy = policy(Allow.HOOK);
        assertThat(policy.judgeHook(AuthorizerAnswer.ALLOWED)).isEqualTo(Verdict.GRANTED);
        assertThat(policy.judgeHook(AuthorizerAnswer.REFUSED)).isEqualTo(FORBIDDEN);
        assertThat(policy.judgeHook(AuthorizerAnswer.UNANSWERED)).isEqualTo(Verdict.refused(Reason.UNAVAILABLE));
    }

    @Test
    void setting_is_read_and_has_a_default() {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        assertThat(DirectConfig.read(Section.root(Map.of(), reading), CircuitBreaker.Config.STANDARD))
                .isEqualTo(new DirectConfig(Allow.SHARED_ROOM, Optional.empty()));
        assertThat(DirectConfig.read(Section.root(Map.of("allow", "anyone"), reading), CircuitBreaker.Config.STANDARD))
                .isEqualTo(new DirectConfig(Allow.ANYONE, Optional.empty()));
        assertThat(reading.problems().isEmpty()).isTrue();
        DirectConfig.read(Section.root(Map.of("allow", "friends"), reading), CircuitBreaker.Config.STANDARD);
        assertThat(reading.problems().isEmpty()).isFalse();
    }

    private static List<RoomId> candidates(Set<RoomId> own, Set<RoomId> recipients) {
        return policy(Allow.SHARED_ROOM).candidates(sender(Role.MEMBER), own, recipients);
    }

    private static boolean shared(RoomId room, RoomFacts own, RoomFacts recipients) {
        return policy(Allow.SHARED_ROOM).isShared(sender(Role.MEMBER), room, own, recipients);
    }

    private static RoomFacts facts(Optional<Visibility> created, boolean deleted, boolean member) {
        return new RoomFacts(
                created.map(visibility -> new Room(CLUB, "Club", visibility, BOB, 1)),
                deleted,
                member ? Optional.of(Membership.taken(RoomRole.MEMBER, 0)) : Optional.empty(),
                Optional.empty(),
                false,
                false);
    }

    @Test
    void event_above_the_member_s_role_needs_a_token_of_that_role() {
        assertThat(judgeEvent(Role.MEMBER, RoomRole.MEMBER)).isEqualTo("granted");
        assertThat(judgeEvent(Role.MEMBER, RoomRole.MODERATOR)).isEqualTo("refused");
        assertThat(judgeEvent(Role.MODERATOR, RoomRole.MODERATOR)).isEqualTo("granted");
        assertThat(judgeEvent(Role.MODERATOR, RoomRole.OWNER)).isEqualTo("refused");
        assertThat(judgeEvent(Role.ADMIN, RoomRole.OWNER)).isEqualTo("granted");
    }

    private static String judgeEvent(Role token, RoomRole least) {
        DirectPolicy policy = policy(Allow.ANYONE);
        return text(policy, policy.judge(sender(token), RoomAction.EVENT, Optional.of(least), BOB));
    }

    private static String judge(Allow allow, Sender from, UserId to) {
        return judge(policy(allow), from, RoomAction.CHAT_MESSAGE, to);
    }

    private static String judge(DirectPolicy policy, Sender from, RoomAction action, UserId to) {
        return text(policy, policy.judge(from, action, Optional.empty(), to));
    }

    private static String text(DirectPolicy policy, Optional<Verdict> decision) {
        return decision.map(verdict -> verdict.equals(Verdict.GRANTED) ? "granted" : "refused")
                .orElse(policy.asksApplication() ? "hook" : "rooms");
    }

    private static DirectPolicy policy(Allow allow) {
        return new DirectPolicy(
                Live.fixed(new DirectConfig(allow, Optional.empty())),
                Live.fixed(RoomsFixture.open(LOBBY)),
                Live.fixed(Permissions.DEFAULT));
    }

    private static Sender sender(Role role) {
        return new Sender(new UserId("ann"), Optional.empty(), role, List.of("team-*"), "s");
    }
}
