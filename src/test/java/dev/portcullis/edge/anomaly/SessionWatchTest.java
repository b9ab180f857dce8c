package dev.portcullis.edge.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanTarget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two connections of one user on a node. */
class SessionWatchTest {
    private static final UserId ANN = new UserId("ann");
    private static final Ban OF_ANN = new Ban(new BanTarget.OfUser(ANN), Ban.Origin.RULE, "anomaly", 900_000, 0);
    private static final String PROBE = "' OR 1=1 --";

    private final List<Ban> asked = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private Future<?> loginEnds = Future.succeededFuture();
    private Future<Optional<Ban>> banned = Future.failedFuture("the store is away");
    private final AnomalyWatch watch = new AnomalyWatch(
            Live.fixed(AnomalyConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(""))))),
            ban -> {
                asked.add(ban);
                return banned;
            },
            (user, login) -> {
                ended.add(user + " " + login);
                return loginEnds;
            },
            address -> false,
            new Audit(new AuditConfig(10_000, 100), () -> 0, new RecordedEvents()),
            new Metrics(new SimpleMeterRegistry()),
            () -> 0,
            () -> 0);
    private final SessionWatch one = begin(ANN);
    private final SessionWatch other = begin(ANN);

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void restricted_session_may_only_keep_itself_alive(FrameType type) {
        probe(one);
        probe(one);

        assertThat(one.permits(type, Optional.empty(), List.of(), List.of()))
                .isEqualTo(Set.of(FrameType.PING, FrameType.LEAVE, FrameType.TOKEN_REFRESH)
                        .contains(type));
    }

    @Test
    void second_connection_is_no_way_out_of_a_restriction() {
        probe(one);
        probe(other);

        assertThat(chats(one)).isFalse();
        assertThat(chats(other)).isFalse();
        assertThat(chats(begin(ANN))).isFalse();
        assertThat(chats(begin(new UserId("bob")))).isTrue();
    }

    @Test
    void probes_of_all_connections_make_a_user_hostile_and_banned_once() {
        banned = Future.succeededFuture(Optional.empty());
        for (int i = 0; i < 4; i++) {
            probe(i % 2 == 0 ? one : other);
        }

        assertThat(one.isHostile()).isTrue();
        assertThat(other.isHostile()).isTrue();
        assertThat(asked)
                .singleElement()
                .satisfies(ban -> assertThat(ban.target().key()).isEqualTo("user:ann"));
    }

    @Test
    void user_who_could_not_be_banned_keeps_the_score_and_one_who_was_begins_again() {
        becomeHostile(one);
        one.ended();
        other.ended();
        SessionWatch next = begin(ANN);
        assertThat(next.isHostile()).isTrue();

        next.ended();
        banned = Future.succeededFuture(Optional.of(asked.get(0)));
        SessionWatch bob = begin(new UserId("bob"));
        becomeHostile(bob);
        assertThat(bob.isHostile()).isTrue();
        assertThat(begin(new UserId("bob")).isHostile()).isFalse();
    }

    /** Else who has stolen it could have the user banned again whenever a ban ends. */
    @Test
    void login_of_the_session_that_was_hostile_ends_with_the_ban_and_no_other() {
        SessionWatch stolen = watch.begin(ANN, () -> Optional.of("stolen"), AuditEvent::of);
        watch.begin(ANN, () -> Optional.of("own"), AuditEvent::of);
        becomeHostile(stolen);
        assertThat(ended).as("no ban is in force").isEmpty();

        banned = Future.succeededFuture(Optional.of(asked.get(0)));
        SessionWatch bobs = watch.begin(new UserId("bob"), () -> Optional.of("bobs"), AuditEvent::of);
        becomeHostile(bobs);
        assertThat(ended).containsExactly("bob bobs");
    }

    @Test
    void moderator_may_quote_an_attack_as_often_as_there_are_attackers() {
        for (int i = 0; i < 100; i++) {
            assertThat(one.permits(FrameType.REMOVE_USER, Optional.empty(), List.of(), List.of(PROBE)))
                    .isTrue();
        }
        assertThat(chats(one)).isTrue();
    }

    @Test
    void attack_in_the_reason_of_who_may_not_remove_anyone_is_a_probe() {
        for (int i = 0; i < 4; i++) {
            one.permits(FrameType.REMOVE_USER, Optional.empty(), List.of(), List.of(PROBE));
            one.mayNotAct(List.of(PROBE));
        }
        assertThat(one.isHostile()).isTrue();
        SessionWatch bob = begin(new UserId("bob"));
        for (int i = 0; i < 4; i++) {
            bob.mayNotAct(List.of("off topic"));
        }
        assertThat(chats(bob)).isTrue();
    }

    @Test
    void ban_holds_where_the_login_can_not_be_ended() {
        loginEnds = Future.failedFuture("the stage is away");
        SessionWatch stolen = watch.begin(ANN, () -> Optional.of("stolen"), AuditEvent::of);
        banned = Future.succeededFuture(Optional.of(OF_ANN));
        becomeHostile(stolen);
        assertThat(asked).hasSize(1);
        assertThat(ended).containsExactly("ann stolen");
        assertThat(begin(ANN).isHostile()).as("the ban has settled the score").isFalse();
    }

    private SessionWatch begin(UserId user) {
        return watch.begin(user, Optional::empty, AuditEvent::of);
    }

    private static void probe(SessionWatch session) {
        session.permits(FrameType.PING, Optional.empty(), List.of(PROBE), List.of());
    }

    private static void becomeHostile(SessionWatch session) {
        for (int i = 0; i < 4; i++) {
            probe(session);
        }
    }

    private static boolean chats(SessionWatch session) {
        return session.permits(FrameType.CHAT, Optional.of("hi"), List.of(), List.of());
    }
}
