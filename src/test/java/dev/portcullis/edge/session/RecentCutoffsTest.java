package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Without this check, a session that is evicted during the upgrade of its connection stays open over the cap. */
class RecentCutoffsTest {
    private static final int LANE = 17;
    private static final UserId ANN = new UserId("ann");

    private final RecentCutoffs cutoffs = new RecentCutoffs(10_000);

    @Test
    void cut_off_of_a_session_is_found_by_its_id() {
        add("a", 1_000);
        assertThat(find(ConnectionKey.session("a"), 1_000)).containsExactly(ended("a"));
        assertThat(find(ConnectionKey.session("b"), 1_000)).isEmpty();
        assertThat(find(ConnectionKey.token("a"), 1_000)).isEmpty();
    }

    @Test
    void cut_off_of_each_kind_is_found_by_its_key() {
        Cutoff token = add(TokenRevoked.token("t", Optional.of(ANN)), 1_000);
        Cutoff user = add(new UserCutOff(ANN, 7, UserCutOff.Cause.BANNED), 1_000);
        Cutoff later = add(new UserCutOff(ANN, 8, UserCutOff.Cause.REVOKED), 1_000);
        assertThat(find(ConnectionKey.token("t"), 1_000)).containsExactly(token);
        assertThat(find(ConnectionKey.user(ANN), 1_000)).containsExactly(later, user);
        assertThat(find(ConnectionKey.address("192.0.2.2"), 1_000)).isEmpty();
    }

    @Test
    void cut_off_is_kept_for_a_minute_and_no_longer() {
        add("a", 1_000);
        add("b", 61_000);
        assertThat(isFound("a", 61_000)).isTrue();
        add("c", 61_001);
        assertThat(isFound("a", 61_000)).isFalse();
        assertThat(isFound("b", 61_001)).isTrue();
    }

    /** On an idle site no new cut-off removes the old ones, and a ban may have been lifted since. */
    @Test
    void expired_cut_off_is_not_found() {
        add(new UserCutOff(ANN, 7, UserCutOff.Cause.BANNED), 1_000);
        assertThat(find(ConnectionKey.user(ANN), 61_000)).hasSize(1);
        assertThat(find(ConnectionKey.user(ANN), 61_001)).isEmpty();
    }

    /** A fork affects one lane. */
    @Test
    void cut_offs_of_another_lane_are_left_out() {
        add("a", 1_000);
        assertThat(cutoffs.newestFirst(LANE + 1, 1_000)).isEmpty();
    }

    /** One that does not tell its user is in every lane, and each lane may lose it. */
    @Test
    void same_cut_off_in_two_lanes_is_kept_for_both() {
        Cutoff token = TokenRevoked.token("t", Optional.empty());
        cutoffs.add(new TimedCutoff(token, LANE, 7), 1_000);
        cutoffs.add(new TimedCutoff(token, LANE + 1, 7), 1_000);
        assertThat(cutoffs.newestFirst(LANE, 1_000)).containsExactly(token);
        assertThat(cutoffs.newestFirst(LANE + 1, 1_000)).containsExactly(token);
    }

    @Test
    void repeated_cut_off_is_kept_once_and_counts_as_new() {
        add("a", 1_000);
        add("a", 50_000);
        add("b", 61_001);
        assertThat(find(ConnectionKey.session("a"), 61_001)).hasSize(1);
        assertThat(cutoffs.newestFirst(LANE, 61_001)).containsExactly(ended("b"), ended("a"));
        add("b", 110_001);
        assertThat(isFound("a", 110_001)).isFalse();
        assertThat(cutoffs.newestFirst(LANE, 110_001)).containsExactly(ended("b"));
    }

    /** A store that lost its data gets all of them again. */
    @Test
    void expired_cut_off_that_is_repeated_is_found_again() {
        add("a", 1_000);
        assertThat(cutoffs.newestFirst(LANE, 1_000_000)).isEmpty();
        add("a", 1_000_000);
        assertThat(isFound("a", 1_000_000)).isTrue();
        assertThat(cutoffs.newestFirst(LANE, 1_000_000)).containsExactly(ended("a"));
    }

    @Test
    void cut_off_read_twice_in_one_moment_expires_like_any_other() {
        add("a", 1_000);
        add("a", 1_000);
        add("b", 61_001);
        assertThat(isFound("a", 1_000)).isFalse();
        assertThat(cutoffs.newestFirst(LANE, 61_001)).containsExactly(ended("b"));
    }

    @Test
    void number_of_cut_offs_is_bounded() {
        for (int i = 0; i < 20_000; i++) {
            add("s" + i, 1_000);
        }
        assertThat(isFound("s9999", 1_000)).isFalse();
        assertThat(isFound("s10000", 1_000)).isTrue();
        assertThat(cutoffs.newestFirst(LANE, 1_000)).hasSize(10_000).startsWith(ended("s19999"));
    }

    private List<Cutoff> find(ConnectionKey key, long now) {
        return cutoffs.find(List.of(key), now).stream().map(TimedCutoff::cutoff).toList();
    }

    private boolean isFound(String sessionId, long now) {
        return !find(ConnectionKey.session(sessionId), now).isEmpty();
    }

    private void add(String sessionId, long now) {
        add(ended(sessionId), now);
    }

    private Cutoff add(Cutoff cutoff, long now) {
        cutoffs.add(new TimedCutoff(cutoff, LANE, 7), now);
        return cutoff;
    }

    private static Cutoff ended(String sessionId) {
        return new SessionEnded(sessionId, Cause.EVICTED);
    }
}
