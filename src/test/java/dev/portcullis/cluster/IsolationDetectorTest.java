package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.IsolationDetector.Advice;
import dev.portcullis.cluster.IsolationDetector.Peers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IsolationDetectorTest {
    private final IsolationDetector detector = new IsolationDetector(5);

    @Test
    void node_that_gets_pings_and_replies_goes_on() {
        assertThat(rounds(100, () -> {
                    detector.onPing();
                    detector.onReply();
                }))
                .containsOnly(Advice.NONE);
    }

    @Test
    void node_without_peers_is_not_isolated() {
        assertThat(Stream.generate(() -> detector.round(Peers.NONE)).limit(100)).containsOnly(Advice.NONE);
    }

    @Test
    void node_without_pings_registers_again_and_then_exits() {
        assertThat(rounds(10, detector::onReply))
                .containsExactly(
                        Advice.NONE,
                        Advice.NONE,
                        Advice.NONE,
                        Advice.NONE,
                        Advice.REREGISTER,
                        Advice.NONE,
                        Advice.NONE,
                        Advice.NONE,
                        Advice.NONE,
                        Advice.EXIT);
    }

    @Test
    void ping_after_registering_again_resets_the_rounds() {
        rounds(9, detector::onReply);
        detector.onPing();
        assertThat(rounds(4, detector::onReply)).containsOnly(Advice.NONE);
    }

    /** Either of two nodes may be the faulty one; the one that is not pinged exits first, which may heal the other. */
    @Test
    void node_without_replies_waits_longer_before_it_exits() {
        List<Advice> advice = rounds(15, detector::onPing);
        assertThat(advice.subList(0, 4)).containsOnly(Advice.NONE);
        assertThat(advice.get(4)).isEqualTo(Advice.REREGISTER);
        assertThat(advice.subList(5, 14)).containsOnly(Advice.NONE);
        assertThat(advice.get(14)).isEqualTo(Advice.EXIT);
    }

    /** Two nodes that are cut off from each other: one serves while the other restarts. */
    @Test
    void older_node_waits_twice_as_long() {
        List<Advice> advice =
                Stream.generate(() -> detector.round(Peers.YOUNGER)).limit(20).toList();
        assertThat(advice.subList(0, 19)).doesNotContain(Advice.EXIT).containsOnlyOnce(Advice.REREGISTER);
        assertThat(advice.get(19)).isEqualTo(Advice.EXIT);
    }

    @Test
    void round_without_peers_resets_the_count() {
        rounds(9, () -> {});
        detector.round(Peers.NONE);
        assertThat(rounds(4, () -> {})).containsOnly(Advice.NONE);
    }

    /** Two halves find each other shortly before one would exit, and its registrations follow only then. */
    @Test
    void member_that_is_reached_again_resets_the_count() {
        rounds(9, () -> {});
        detector.onMember();
        assertThat(rounds(4, () -> {})).containsOnly(Advice.NONE);
    }

    private List<Advice> rounds(int count, Runnable between) {
        return Stream.generate(() -> {
                    between.run();
                    return detector.round(Peers.OLDER);
                })
                .limit(count)
                .toList();
    }
}
