package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.node.StartupException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartRetriesTest {
    private final List<String> reported = new ArrayList<>();
    private long now;
    private int pauses;
    private int attempts;
    private final StartRetries retries =
            new StartRetries(() -> now, () -> pauses++, failure -> reported.add(failure.line()));

    @Test
    void temporary_failure_is_retried_and_reported_once() throws Exception {
        assertThat(retries.<String>start(() -> {
                    if (++attempts < 3) {
                        now += 10_000;
                        throw StartupException.temporary("no lease yet");
                    }
                    return "ready";
                }))
                .isEqualTo("ready");
        assertThat(reported).as("once").containsExactly("no lease yet");
        assertThat(pauses).isEqualTo(2);
    }

    @Test
    void failure_that_lasts_is_reported_again_after_twenty_seconds() throws Exception {
        assertThat(retries.<String>start(() -> {
                    if (++attempts < 50) {
                        now += 1_000;
                        throw StartupException.temporary("no Redis");
                    }
                    return "ready";
                }))
                .isEqualTo("ready");
        assertThat(reported).hasSize(3);
    }

    @Test
    void different_failure_is_reported_again() throws Exception {
        List<String> reasons = List.of("no Redis", "no Redis", "Redis reads its file", "no Redis");
        assertThat(retries.<String>start(() -> {
                    if (attempts < reasons.size()) {
                        throw StartupException.temporary(reasons.get(attempts++));
                    }
                    return "ready";
                }))
                .isEqualTo("ready");
        assertThat(reported).containsExactly("no Redis", "Redis reads its file", "no Redis");
    }

    @Test
    void permanent_failure_is_not_retried() {
        assertThatThrownBy(() -> retries.start(() -> {
                    attempts++;
                    throw new StartupException("port in use");
                }))
                .isInstanceOf(StartupException.class)
                .hasMessage("port in use");
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void retries_end_within_a_bound_and_the_last_failure_names_their_number() {
        assertThatThrownBy(() -> retries.start(() -> {
                    attempts++;
                    now += 20_000;
                    throw StartupException.temporary("no lease yet");
                }))
                .isInstanceOf(StartupException.class)
                .hasMessage("no lease yet (tried 3 times within 60 s)");
        assertThat(attempts).isEqualTo(3);
    }
}
