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
    void who_is_called_and_answered_goes_on() {
        assertThat(rounds(100, () -> {
                    detector.onPing();
                    detector.onReply();
                }))
                .containsOnly(Advice.NONE);
    }

    @Test
    void who_is_alone_is_not_deaf() {
        assertThat(Stream.generate(() -> detector.round(Peers.NONE)).limit(100)).containsOnly(Advice.NONE);
    }

    @Test
    void who_is_called_by_nobody_registers_anew_and_then_ends() {
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
    void a_call_after_registering_anew_saves_it() {
        rounds(9, detector::onReply);
        detector.onPing();
        assertThat(rounds(4, detector::onReply)).containsOnly(Advice.NONE);
    }

    /** Between two nodes nobody knows which is broken; the one that is not called ends first, which may heal the other. */
    @Test
    void who_is_answered_by_nobody_waits_longer_before_it_ends() {
        List<Advice> advice = rounds(15, detector::onPing);
        assertThat(advice.subList(0, 4)).containsOnly(Advice.NONE);
        assertThat(advice.get(4)).isEqualTo(Advice.REREGISTER);
        assertThat(advice.subList(5, 14)).containsOnly(Advice.NONE);
        assertThat(advice.get(14)).isEqualTo(Advice.EXIT);
    }

    /** Two nodes between which the network is cut: one of them serves while the other starts anew. */
    @Test
    void who_was_there_first_waits_twice_as_long() {
        List<Advice> advice =
                Stream.generate(() -> detector.round(Peers.YOUNGER)).limit(20).toList();
        assertThat(advice.subList(0, 19)).doesNotContain(Advice.EXIT).containsOnlyOnce(Advice.REREGISTER);
        assertThat(advice.get(19)).isEqualTo(Advice.EXIT);
    }

    @Test
    void a_while_without_others_is_forgotten() {
        rounds(9, () -> {});
        detector.round(Peers.NONE);
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
