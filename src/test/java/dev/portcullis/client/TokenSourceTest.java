package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TokenSourceTest {
    @Test
    void answer_is_taken() throws Exception {
        assertThat(ask(() -> Future.succeededFuture("t1"), Duration.ofMinutes(1)))
                .isEqualTo("t1");
    }

    @Test
    void source_that_does_not_answer_fails() {
        Promise<String> never = Promise.promise();
        assertThatThrownBy(() -> ask(never::future, Duration.ofMillis(1)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("Timeout 1 (ms)");
    }

    @Test
    void source_that_throws_fails() {
        IllegalStateException thrown = new IllegalStateException("no login");
        Supplier<Future<String>> source = () -> {
            throw thrown;
        };
        assertThatThrownBy(() -> ask(source, Duration.ofMinutes(1))).isSameAs(thrown);
    }

    @Test
    @SuppressWarnings("NullAway") // what an application may do all the same
    void source_that_returns_nothing_fails() {
        assertThatThrownBy(() -> ask(() -> null, Duration.ofMinutes(1))).isInstanceOf(NullPointerException.class);
    }

    private static String ask(Supplier<Future<String>> source, Duration patience) throws Exception {
        return new TokenSource(source, patience).get().await(30, TimeUnit.SECONDS);
    }
}
