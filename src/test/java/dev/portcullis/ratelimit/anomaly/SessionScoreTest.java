package dev.portcullis.ratelimit.anomaly;

import static dev.portcullis.ratelimit.anomaly.AnomalyEvent.BLOCK;
import static dev.portcullis.ratelimit.anomaly.AnomalyEvent.FORBIDDEN;
import static dev.portcullis.ratelimit.anomaly.AnomalyEvent.INVALID_FRAME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Penalty;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.anomaly.AnomalyScore.Level;
import dev.portcullis.ratelimit.anomaly.SessionScore.Raised;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionScoreTest {
    private static final long HALF_LIFE = 300_000;
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");

    private final AnomalyConfig config = config(Map.of());
    private final UserScores users = new UserScores(Live.fixed(config));
    private final SessionScore score = users.begin(ANN);

    @Test
    void frame_counts_once_however_often_it_is_refused() {
        assertThat(score.refused(1, FORBIDDEN, 0)).isPresent();
        assertThat(score.refused(1, FORBIDDEN, 0)).isEmpty();
        assertThat(score.refused(2, FORBIDDEN, 0)).isPresent();
    }

    @Test
    void refusals_restrict_and_add_nothing_afterwards() {
        List<Raised> raised = IntStream.range(0, 1_000)
                .mapToObj(frame -> score.refused(frame, FORBIDDEN, 0))
                .flatMap(Optional::stream)
                .toList();
        assertThat(raised).hasSize(4);
        assertThat(raised).extracting(Raised::crosses).containsExactly(false, false, false, true);
        assertThat(score.level(0)).isEqualTo(Level.RESTRICTED);
        assertThat(score.level(HALF_LIFE)).isEqualTo(Level.NORMAL);
    }

    @Test
    void signatures_count_while_restricted() {
        assertThat(List.of(score.probed(0), score.probed(0), score.probed(0), score.probed(0)))
                .extracting(Raised::after)
                .containsExactly(Level.NORMAL, Level.RESTRICTED, Level.RESTRICTED, Level.HOSTILE);
        assertThat(score.probed(0).crosses()).isFalse();
    }

    @Test
    void one_event_of_great_weight_is_hostile_at_once() {
        UserScores strict = new UserScores(Live.fixed(config(Map.of("weights", Map.of("block", 100L)))));
        Raised raised = strict.begin(ANN).refused(1, BLOCK, 0).orElseThrow();
        assertThat(raised).isEqualTo(new Raised(BLOCK, Level.NORMAL, Level.HOSTILE));
    }

    /** No order and no timing of refusals alone makes a session hostile, and a pause always frees it. */
    @Test
    void random_refusals_never_lead_beyond_a_restriction() {
        Random random = new Random(5);
        List<AnomalyEvent> refusals = List.of(INVALID_FRAME, BLOCK, AnomalyEvent.FORBIDDEN, AnomalyEvent.CSRF);
        long now = 0;
        for (int frame = 0; frame < 20_000; frame++) {
            AnomalyEvent event = refusals.get(random.nextInt(refusals.size()));
            now += random.nextInt(20_000);
            score.refused(frame, event, now);
            assertThat(score.level(now)).isNotEqualTo(Level.HOSTILE);
            assertThat(score.level(now + HALF_LIFE)).isEqualTo(Level.NORMAL);
        }
    }

    @Test
    void new_session_of_a_user_begins_with_what_is_left_of_the_last() {
        for (int frame = 0; frame < 10; frame++) {
            score.refused(frame, INVALID_FRAME, 0);
        }
        users.end(ANN, score, 0);
        assertThat(users.begin(ANN).level(0)).isEqualTo(Level.RESTRICTED);
        assertThat(users.begin(ANN).level(HALF_LIFE)).isEqualTo(Level.NORMAL);
        assertThat(users.begin(BOB).level(0)).isEqualTo(Level.NORMAL);
    }

    @Test
    void open_sessions_of_a_user_share_one_score_and_others_have_their_own() {
        SessionScore second = users.begin(ANN);
        SessionScore other = users.begin(BOB);
        score.probed(0);
        assertThat(second.probed(0).crosses()).isTrue();

        assertThat(score.level(0)).isEqualTo(Level.RESTRICTED);
        assertThat(second.refused(1, FORBIDDEN, 0)).isEmpty();
        assertThat(users.begin(ANN).level(0)).isEqualTo(Level.RESTRICTED);
        assertThat(other.level(0)).isEqualTo(Level.NORMAL);
    }

    /** Frames are numbered within a session. */
    @Test
    void frames_of_two_sessions_count_each() {
        assertThat(score.refused(1, FORBIDDEN, 0)).isPresent();
        assertThat(users.begin(ANN).refused(1, FORBIDDEN, 0)).isPresent();
    }

    @Test
    void score_stays_until_the_last_session_has_ended_and_then_for_the_next() {
        SessionScore quiet = users.begin(ANN);
        score.probed(0);
        score.probed(0);
        users.end(ANN, score, 0);
        users.end(ANN, score, 0);
        assertThat(users.size()).as("one session is open").isZero();
        assertThat(quiet.level(0)).isEqualTo(Level.RESTRICTED);
        users.end(ANN, quiet, 0);
        assertThat(users.size()).isEqualTo(1);
        assertThat(users.begin(ANN).level(0)).isEqualTo(Level.RESTRICTED);
    }

    @Test
    void session_after_a_ban_has_none_of_its_score_while_a_session_before_it_closes() {
        score.probed(0);
        score.probed(0);
        users.forget(ANN);
        SessionScore next = users.begin(ANN);
        users.end(ANN, score, 0);

        assertThat(score.level(0)).isEqualTo(Level.RESTRICTED);
        assertThat(next.level(0)).isEqualTo(Level.NORMAL);
        assertThat(users.begin(ANN).probed(0).before()).isEqualTo(Level.NORMAL);
        assertThat(next.probed(0).crosses()).as("one score").isTrue();
    }

    @Test
    void score_that_has_decayed_is_not_kept() {
        score.probed(0);
        users.end(ANN, score, 10 * HALF_LIFE);
        assertThat(users.size()).isZero();
    }

    @Test
    void of_signatures_in_sessions_on_several_threads_one_crosses_each_threshold() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<List<Raised>>> tasks = Stream.generate(() -> users.begin(ANN))
                    .limit(4)
                    .<Callable<List<Raised>>>map(session -> () -> IntStream.range(0, 500)
                            .mapToObj(i -> session.probed(0))
                            .filter(Raised::crosses)
                            .toList())
                    .toList();
            List<Level> reached = new ArrayList<>();
            for (Future<List<Raised>> each : threads.invokeAll(tasks)) {
                each.get().forEach(raised -> reached.add(raised.after()));
            }
            assertThat(reached).containsExactlyInAnyOrder(Level.RESTRICTED, Level.HOSTILE);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void users_with_a_score_are_bounded() {
        UserScores few = new UserScores(Live.fixed(config(Map.of("trackedUsers", 3L))));
        for (int i = 0; i < 10; i++) {
            UserId user = new UserId("u" + i);
            SessionScore each = few.begin(user);
            each.probed(0);
            few.end(user, each, 0);
        }
        assertThat(few.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void refusal_is_an_event_only_if_the_client_is_to_blame(Reason reason) {
        Optional<AnomalyEvent> expected = switch (reason) {
            case INVALID_JSON, VALIDATION_FAILED, UNKNOWN_TYPE, MESSAGE_TOO_LARGE -> Optional.of(INVALID_FRAME);
            case FORBIDDEN -> Optional.of(FORBIDDEN);
            case CSRF_FAILED -> Optional.of(AnomalyEvent.CSRF);
            default -> Optional.empty();
        };
        assertThat(AnomalyEvent.of(Rejection.of(reason))).isEqualTo(expected);
    }

    @Test
    void refusal_that_follows_an_act_of_somebody_else_is_no_event() {
        assertThat(AnomalyEvent.of(Rejection.muted())).isEmpty();
        assertThat(AnomalyEvent.of(Rejection.assigned())).isEmpty();
        assertThat(AnomalyEvent.of(Rejection.outranked())).isEmpty();
        assertThat(AnomalyEvent.of(Rejection.unverified())).isEmpty();
    }

    @Test
    void of_a_limit_only_the_begin_of_a_block_is_an_event() {
        assertThat(AnomalyEvent.of(Rejection.limited(Scope.USER, Window.BURST, 1)))
                .isEmpty();
        for (Penalty penalty : Penalty.values()) {
            assertThat(AnomalyEvent.of(new Limited(Scope.USER, Window.BURST, 1, Optional.of(penalty))))
                    .contains(BLOCK);
            assertThat(AnomalyEvent.of(new Limited(Scope.ACTION, Window.MINUTE, 1, Optional.of(penalty))))
                    .as("a client that joins too many rooms at once does no harm")
                    .isEmpty();
        }
    }

    static AnomalyConfig config(Map<String, Object> section) {
        return AnomalyConfig.read(Section.root(section, new ConfigReading(Map.of(), Path.of(""))));
    }
}
