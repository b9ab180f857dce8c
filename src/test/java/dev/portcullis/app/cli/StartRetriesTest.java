package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.node.StartupException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartRetriesTest {
    private final List<String> told = new ArrayList<>();
    private long now;
    private int rests;
    private int attempts;
    private final StartRetries tries = new StartRetries(() -> now, () -> rests++, failure -> told.add(failure.line()));

    @Test
    void a_start_that_failed_for_what_may_pass_is_made_again() throws Exception {
        assertThat(tries.<String>start(() -> {
                    if (++attempts < 3) {
                        now += 10_000;
                        throw StartupException.passing("no lease yet");
                    }
                    return "ready";
                }))
                .isEqualTo("ready");
        assertThat(told).as("once").containsExactly("no lease yet");
        assertThat(rests).isEqualTo(2);
    }

    @Test
    void another_reason_is_told_when_it_takes_the_place_of_the_first() throws Exception {
        List<String> reasons = List.of("no Redis", "no Redis", "Redis reads its file", "no Redis");
        assertThat(tries.<String>start(() -> {
                    if (attempts < reasons.size()) {
                        throw StartupException.passing(reasons.get(attempts++));
                    }
                    return "ready";
                }))
                .isEqualTo("ready");
        assertThat(told).containsExactly("no Redis", "Redis reads its file", "no Redis");
    }

    @Test
    void a_start_that_failed_for_good_is_not_made_again() {
        assertThatThrownBy(() -> tries.start(() -> {
                    attempts++;
                    throw new StartupException("port in use");
                }))
                .isInstanceOf(StartupException.class)
                .hasMessage("port in use");
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void tries_end_within_a_bound_and_the_last_says_how_often_it_was_tried() {
        assertThatThrownBy(() -> tries.start(() -> {
                    attempts++;
                    now += 20_000;
                    throw StartupException.passing("no lease yet");
                }))
                .isInstanceOf(StartupException.class)
                .hasMessage("no lease yet (tried 3 times within 60 s)");
        assertThat(attempts).isEqualTo(3);
    }
}
