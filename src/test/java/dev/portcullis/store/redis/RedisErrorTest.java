package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisErrorTest {
    private static final HostPort HERE = new HostPort("here", 7000);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOSCRIPT | NOSCRIPT No matching script. Please use EVAL.",
                "READONLY | READONLY You can't write against a read only replica.",
                "READONLY | READONLY You can't write against a read only replica. script: 9f, on @user_script:5.",
                "READONLY | ERR Error running script (call to f_9f): @user_script:5: @user_script: 5: -READONLY You can't",
                "OOM      | ERR Error running script (call to f_9f): @user_script:5: @user_script: 5: -OOM command not",
                "OOM      | OOM command not allowed when used memory > 'maxmemory'.",
                "ERROR    | ERR Error running script (call to f_9f): @user_script:5: attempt to index a nil value",
                "ERROR    | WRONGTYPE Operation against a key holding the wrong kind of value",
                "MOVED    | MOVED 3999 127.0.0.1:6381",
                "LOADING  | LOADING Redis is loading the dataset in memory",
                "LOST     | CONNECTION_CLOSED",
                "LOST     | Connection reset by peer",
                "FULL     | Redis waiting queue is full",
                "UNCONNECTED | Connection is closed",
            })
    void what_redis_says_in_any_version_has_a_kind(RedisError kind, String message) {
        assertThat(RedisError.of(new Exception(message))).isEqualTo(kind);
    }

    @Test
    void what_we_say_ourselves_has_a_kind() {
        assertThat(RedisError.of(new TimeoutException())).isEqualTo(RedisError.SLOW);
        assertThat(RedisError.of(StoreFailure.notApplied("no master is known"))).isEqualTo(RedisError.UNCONNECTED);
        assertThat(RedisError.of(new Exception((String) null))).isEqualTo(RedisError.LOST);
    }

    /** Who takes it for undone does it again. */
    @Test
    void what_may_have_happened_is_never_called_undone() {
        assertThat(RedisError.SLOW.notApplied()).isFalse();
        assertThat(RedisError.LOST.notApplied()).isFalse();
        assertThat(RedisError.ERROR.notApplied()).isFalse();
        assertThat(RedisError.NOPERM.notApplied()).isFalse();
    }

    @Test
    void of_an_error_only_the_line_may_be_told() {
        assertThat(RedisError.line(new Exception("ERR user_script:12: secret"))).contains("12");
        assertThat(RedisError.line(new Exception("WRONGTYPE secret"))).isEmpty();
    }

    @Test
    void a_redirection_names_its_target() {
        assertThat(RedisError.target(new Exception("MOVED 3999 10.0.0.1:6381"), HERE))
                .contains(new HostPort("10.0.0.1", 6381));
        assertThat(RedisError.target(new Exception("ASK 3999 fd00::1:6381"), HERE))
                .contains(new HostPort("fd00::1", 6381));
        assertThat(RedisError.target(new Exception("MOVED 3999 :6381"), HERE)).contains(new HostPort("here", 6381));
        assertThat(RedisError.target(new Exception("MOVED 3999 ?:6381"), HERE)).contains(new HostPort("here", 6381));
        assertThat(RedisError.target(new Exception("MOVED nowhere"), HERE)).isEmpty();
    }
}
