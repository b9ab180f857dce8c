package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Problem;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Role;
import dev.portcullis.ratelimit.RateLimitConfig.Effective;
import dev.portcullis.ratelimit.RateLimitConfig.Flood;
import dev.portcullis.ratelimit.login.LoginConfig;
import dev.portcullis.ratelimit.login.LoginConfig.LoginLimit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RateLimitConfigTest {
    private final RateLimitConfig shipped = LimitFixture.config("{}");

    @Test
    void login_limits_below_one_are_refused() {
        assertThat(LimitFixture.problems("{\"login\": 0, \"loginFailures\": 0}"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.toString()).startsWith("ratelimit.login"));
        assertThat(LimitFixture.config("{\"enabled\": false, \"login\": 7}").login())
                .isEqualTo(new LoginConfig(
                        false, new LoginLimit("login", 7, false), new LoginLimit("loginFailures", 10, false), 8));
    }

    @Test
    void defaults_are_those_of_the_protocol() {
        assertThat(shipped.limits().user())
                .extracting(LimitRow::id, LimitRow::max)
                .containsExactly(
                        tuple("user.burst", 10),
                        tuple("user.minute", 60),
                        tuple("user.hour", 1_000),
                        tuple("user.bytes", 262_144));
        assertThat(shipped.limits().connection().max()).isEqualTo(60);
        assertThat(shipped.limits().handshakes().max()).isEqualTo(10);
        assertThat(shipped.wideFactor()).isEqualTo(8);
        assertThat(shipped.login())
                .isEqualTo(new LoginConfig(
                        true, new LoginLimit("login", 5, false), new LoginLimit("loginFailures", 10, false), 8));
        assertThat(actions(shipped))
                .isEqualTo(Map.ofEntries(
                        Map.entry("typing_indicator", 30),
                        Map.entry("read", 30),
                        Map.entry("file_upload", 5),
                        Map.entry("join", 200),
                        Map.entry("history", 20),
                        Map.entry("search", 20),
                        Map.entry("remove_user", 30),
                        Map.entry("send-message", 30),
                        Map.entry("system_broadcast", 3),
                        Map.entry("file_download", 600),
                        Map.entry("block_list", 60),
                        Map.entry("own_account", 60)));
        assertThat(shipped.blocks())
                .isEqualTo(new BlockRule(
                        2_000, 60_000, 600_000, 3_600_000, new BlockRule.BanRule(10, 3_600_000, 900_000)));
        assertThat(shipped.flood()).isEqualTo(new Flood(10, 2));
        assertThat(shipped.tracking().users())
                .as("bounded by the heap")
                .isEqualTo(HeapShare.USERS.atMost(100_000, 450));
        assertThat(shipped.tracking().addresses()).isEqualTo(HeapShare.HANDSHAKES.atMost(200_000, 256));
        assertThat(shipped.tracking().logins()).isEqualTo(50_000);
        assertThat(shipped.tracking().sweepMs()).isEqualTo(10_000);
        assertThat(shipped.enabled()).isTrue();
    }

    @Test
    void every_limit_is_closed_unless_it_is_opened_by_name() {
        assertThat(open(shipped)).isEmpty();
        assertThat(open(LimitFixture.config(
                        "{\"failOpen\": [\"user.hour\", \"actions.read\", \"handshakes.minute\"]}")))
                .containsExactlyInAnyOrder("user.hour", "actions.read", "handshakes.minute");
    }

    @Test
    void every_limit_is_enforced_unless_it_is_switched() {
        assertThat(observed(shipped)).isEmpty();
        assertThat(observed(LimitFixture.config("""
                        {"modes": {"user.hour": "observe", "connection.minute": "observe", "actions.read": "observe",
                                   "handshakes.minute": "enforce"}}
                        """)))
                .containsExactlyInAnyOrder("user.hour", "connection.minute", "actions.read");
        RateLimitConfig observing = LimitFixture.config("""
                {"mode": "observe", "modes": {"login": "enforce", "user.hour": "enforce"}}
                """);
        assertThat(observed(observing))
                .contains("user.burst", "handshakes.minute")
                .doesNotContain("user.hour");
        assertThat(shipped.observesAny()).isFalse();
        assertThat(LimitFixture.config("{\"modes\": {\"loginFailures\": \"observe\"}}")
                        .observesAny())
                .isTrue();
        assertThat(shipped.handshakesObserved()).isFalse();
        assertThat(observing.handshakesObserved()).isTrue();
        assertThat(LimitFixture.config("{\"modes\": {\"handshakes.user\": \"observe\"}}"))
                .matches(RateLimitConfig::handshakesObserved)
                .matches(RateLimitConfig::observesAny);
        assertThat(observing.login().attempts().observed()).isFalse();
        assertThat(observing.login().failures().observed()).isTrue();
    }

    @Test
    void mode_that_is_unknown_or_of_no_limit_is_a_problem() {
        assertThat(LimitFixture.problems("""
                        {"mode": "log", "modes": {"user.day": "observe", "user.hour": "off"}}
                        """))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "ratelimit.mode", "ratelimit.modes.\"user.day\"", "ratelimit.modes.\"user.hour\"");
        assertThat(LimitFixture.problems("{\"modes\": {\"actions.leave\": \"observe\"}}"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains("ratelimit.modes", "give ratelimit.actions.leave a number first"));
    }

    @Test
    void effective_limits_follow_the_roles_multiplier() {
        Effective member = shipped.effective(Role.MEMBER);
        assertThat(List.of(member.burst(), member.minute(), member.hour())).containsExactly(10, 60, 1_000);
        assertThat(member.actions()).containsEntry("history", 20).containsEntry("join", 200);
        assertThat(shipped.effective(Role.MODERATOR)).isEqualTo(member);
        Effective admin = shipped.effective(Role.ADMIN);
        assertThat(List.of(admin.burst(), admin.minute(), admin.hour())).containsExactly(100, 600, 10_000);
        assertThat(admin.actions()).containsEntry("history", 200);
    }

    /** Else a client that keeps to what it was told is refused. */
    @Test
    void effective_minute_is_that_of_the_connection_where_it_is_smaller() {
        RateLimitConfig config = LimitFixture.config("{\"connection\": {\"minute\": 20}}");
        assertThat(config.effective(Role.MEMBER).minute()).isEqualTo(20);
        assertThat(config.effective(Role.ADMIN).minute()).isEqualTo(200);
    }

    @Test
    void limit_that_is_not_configured_keeps_its_default() {
        RateLimitConfig config = LimitFixture.config("{\"actions\": {\"leave\": 7}, \"roles\": {\"moderator\": 2}}");

        assertThat(actions(config)).containsEntry("leave", 7).containsEntry("join", 200);
        assertThat(config.effective(Role.MODERATOR).minute()).isEqualTo(120);
        assertThat(config.effective(Role.ADMIN).minute()).isEqualTo(600);
    }

    @Test
    void limit_beyond_the_largest_int_stays_at_the_largest_int() {
        RateLimitConfig config =
                LimitFixture.config("{\"user\": {\"bytes\": 1073741824}, \"roles\": {\"admin\": 1000}}");

        assertThat(config.limits().user(Window.BYTES).max(config.multiplier(Role.ADMIN)))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void frame_type_decides_which_limits_apply() {
        LimitTable limits = shipped.limits();

        assertThat(limits.rowsOf(LimitFixture.attempt("ada", FrameType.CHAT))).hasSize(4);
        assertThat(limits.rowsOf(LimitFixture.attempt("ada", FrameType.JOIN))).hasSize(5);
        assertThat(limits.rowsOf(LimitFixture.attempt("ada", FrameType.READ)))
                .extracting(LimitRow::id)
                .containsExactly("user.bytes", "actions.read");
        for (FrameType type : List.of(FrameType.PING, FrameType.LEAVE, FrameType.ACK, FrameType.HEALTH_CHECK)) {
            assertThat(limits.rowsOf(LimitFixture.attempt("ada", type)))
                    .extracting(LimitRow::id)
                    .containsExactly("user.bytes");
            assertThat(limits.countsEach(type)).isFalse();
        }
        assertThat(limits.countsEach(FrameType.READ)).isTrue();
    }

    @Test
    void mistakes_are_problems_with_their_paths() {
        assertThat(LimitFixture.problems("""
                        {"user": {"burst": 0, "bytes": 1000}, "actions": {"jion": 3, "join": 0},
                         "roles": {"king": 2}, "failOpen": ["connection.minute", "actions.leave"], "usr": {}}
                        """))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "ratelimit.user.burst",
                        "ratelimit.user.bytes",
                        "ratelimit.actions.jion",
                        "ratelimit.actions.join",
                        "ratelimit.roles.king",
                        "ratelimit.failOpen[0]",
                        "ratelimit.usr");
    }

    private static Map<String, Integer> actions(RateLimitConfig config) {
        return config.limits().actions().entrySet().stream()
                .collect(Collectors.toMap(
                        each -> each.getKey().id(), each -> each.getValue().max()));
    }

    private static List<String> observed(RateLimitConfig config) {
        return config.limits().all().stream()
                .filter(LimitRow::observed)
                .map(LimitRow::id)
                .toList();
    }

    private static List<String> open(RateLimitConfig config) {
        return Stream.of(FrameType.values())
                .flatMap(type -> Stream.concat(
                        config.limits().rowsOf(LimitFixture.attempt("ada", type)).stream(),
                        Stream.of(config.limits().handshakes())))
                .filter(LimitRow::failOpen)
                .map(LimitRow::id)
                .distinct()
                .toList();
    }
}
