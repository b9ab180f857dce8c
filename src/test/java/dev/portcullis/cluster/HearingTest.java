package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.Hearing.Advice;
import dev.portcullis.cluster.Hearing.Company;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HearingTest {
    private final Hearing hearing = new Hearing(5);

    @Test
    void who_is_called_and_answered_goes_on() {
        assertThat(rounds(100, () -> {
                    hearing.heard();
                    hearing.answered();
                }))
                .containsOnly(Advice.GO_ON);
    }

    @Test
    void who_is_alone_is_not_deaf() {
        assertThat(Stream.generate(() -> hearing.round(Company.NOBODY)).limit(100))
                .containsOnly(Advice.GO_ON);
    }

    @Test
    void who_is_called_by_nobody_registers_anew_and_then_ends() {
        assertThat(rounds(10, hearing::answered))
                .containsExactly(
                        Advice.GO_ON,
                        Advice.GO_ON,
                        Advice.GO_ON,
                        Advice.GO_ON,
                        Advice.REGISTER,
                        Advice.GO_ON,
                        Advice.GO_ON,
                        Advice.GO_ON,
                        Advice.GO_ON,
                        Advice.END);
    }

    @Test
    void a_call_after_registering_anew_saves_it() {
        rounds(9, hearing::answered);
        hearing.heard();
        assertThat(rounds(4, hearing::answered)).containsOnly(Advice.GO_ON);
    }

    /** Between two nodes nobody knows which is broken; the one that is not called ends first, which may heal the other. */
    @Test
    void who_is_answered_by_nobody_waits_longer_before_it_ends() {
        List<Advice> advice = rounds(15, hearing::heard);
        assertThat(advice.subList(0, 4)).containsOnly(Advice.GO_ON);
        assertThat(advice.get(4)).isEqualTo(Advice.REGISTER);
        assertThat(advice.subList(5, 14)).containsOnly(Advice.GO_ON);
        assertThat(advice.get(14)).isEqualTo(Advice.END);
    }

    /** Two nodes between which the network is cut: one of them serves while the other starts anew. */
    @Test
    void who_was_there_first_waits_twice_as_long() {
        List<Advice> advice =
                Stream.generate(() -> hearing.round(Company.YOUNGER)).limit(20).toList();
        assertThat(advice.subList(0, 19)).doesNotContain(Advice.END).containsOnlyOnce(Advice.REGISTER);
        assertThat(advice.get(19)).isEqualTo(Advice.END);
    }

    @Test
    void a_while_without_others_is_forgotten() {
        rounds(9, () -> {});
        hearing.round(Company.NOBODY);
        assertThat(rounds(4, () -> {})).containsOnly(Advice.GO_ON);
    }

    private List<Advice> rounds(int count, Runnable between) {
        return Stream.generate(() -> {
                    between.run();
                    return hearing.round(Company.OLDER);
                })
                .limit(count)
                .toList();
    }
}
