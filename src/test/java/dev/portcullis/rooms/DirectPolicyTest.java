package dev.portcullis.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.DirectConfig.Allow;
import dev.portcullis.rooms.directory.RoomRole;
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
        DirectPolicy policy =
                new DirectPolicy(new DirectConfig(allow), RoomsFixture.open(LOBBY), Live.fixed(new Permissions(rows)));
        assertThat(text(policy.judge(sender(Role.MEMBER), BOB))).isEqualTo("refused");
        assertThat(text(policy.judge(sender(Role.MEMBER), sender(Role.MEMBER).userId())))
                .isEqualTo("refused");
    }

    @Test
    void shared_room_is_one_of_both_that_is_not_public() {
        assertThat(shared(Set.of(CLUB, LOBBY), Set.of(CLUB))).isEqualTo(Verdict.GRANTED);
        assertThat(shared(Set.of(LOBBY), Set.of(LOBBY))).isEqualTo(FORBIDDEN);
        assertThat(shared(Set.of(CLUB), Set.of())).isEqualTo(FORBIDDEN);
        assertThat(shared(Set.of(), Set.of(CLUB))).isEqualTo(FORBIDDEN);
        assertThat(shared(Set.of(), Set.of(TEAM))).as("granted by the token").isEqualTo(Verdict.GRANTED);
    }

    @Test
    void application_that_does_not_answer_permits_nothing() {
        DirectPolicy policy = policy(Allow.HOOK);
        assertThat(policy.judgeHook(Optional.of(true))).isEqualTo(Verdict.GRANTED);
        assertThat(policy.judgeHook(Optional.of(false))).isEqualTo(FORBIDDEN);
        assertThat(policy.judgeHook(Optional.empty())).isEqualTo(Verdict.refused(Reason.UNAVAILABLE));
    }

    @Test
    void setting_is_read_and_has_a_default() {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
        assertThat(DirectConfig.read(Section.root(Map.of(), reading))).isEqualTo(new DirectConfig(Allow.SHARED_ROOM));
        assertThat(DirectConfig.read(Section.root(Map.of("allow", "anyone"), reading)))
                .isEqualTo(new DirectConfig(Allow.ANYONE));
        assertThat(reading.problems().isEmpty()).isTrue();
        DirectConfig.read(Section.root(Map.of("allow", "friends"), reading));
        assertThat(reading.problems().isEmpty()).isFalse();
    }

    private static Verdict shared(Set<RoomId> own, Set<RoomId> recipients) {
        return policy(Allow.SHARED_ROOM).judgeRooms(sender(Role.MEMBER), own, recipients);
    }

    private static String judge(Allow allow, Sender from, UserId to) {
        return text(policy(allow).judge(from, to));
    }

    private static String text(DirectDecision decision) {
        return decision.fold(
                verdict -> verdict.equals(Verdict.GRANTED) ? "granted" : "refused", () -> "rooms", () -> "hook");
    }

    private static DirectPolicy policy(Allow allow) {
        return new DirectPolicy(new DirectConfig(allow), RoomsFixture.open(LOBBY), Live.fixed(Permissions.DEFAULT));
    }

    private static Sender sender(Role role) {
        return new Sender(new UserId("ann"), Optional.empty(), role, List.of("team-*"), "s");
    }
}
