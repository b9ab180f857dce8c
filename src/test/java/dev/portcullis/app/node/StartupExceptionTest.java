package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.ClusterJoinException;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class StartupExceptionTest {
    @Test
    void temporary_failure_to_open_or_join_stays_temporary_with_its_line() {
        assertThat(explain(StoreOpenException.temporary("no master")))
                .matches(StartupException::isTemporary)
                .hasMessage("no master");
        assertThat(explain(ClusterJoinException.temporary("no member")))
                .matches(StartupException::isTemporary)
                .hasMessage("no member");
    }

    @Test
    void failure_that_needs_an_operator_is_not_retried() {
        assertThat(explain(new StoreOpenException("wrong password")).isTemporary())
                .isFalse();
        assertThat(explain(new ClusterJoinException("another version")).isTemporary())
                .isFalse();
        assertThat(explain(new InterruptedException()).isTemporary()).isFalse();
    }

    @Test
    void timeout_is_temporary_and_names_its_bound() {
        assertThat(explain(new TimeoutException()))
                .matches(StartupException::isTemporary)
                .hasMessageContaining("within 20 s");
    }

    @Test
    void store_that_went_away_is_temporary_and_is_quoted() {
        assertThat(explain(new StoreFailure("LOST")))
                .matches(StartupException::isTemporary)
                .hasMessageContaining("(LOST)");
    }

    @Test
    void bug_is_not_explained() {
        assertThat(StartupException.explain(new IllegalStateException("x"), 20)).isEmpty();
    }

    private static StartupException explain(Exception failure) {
        return StartupException.explain(failure, 20).orElseThrow();
    }
}
