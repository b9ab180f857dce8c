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
    void error_reply_of_any_redis_version_is_classified(RedisError kind, String message) {
        assertThat(RedisError.of(new Exception(message))).isEqualTo(kind);
    }

    @Test
    void failure_of_our_own_is_classified() {
        assertThat(RedisError.of(new TimeoutException())).isEqualTo(RedisError.SLOW);
        assertThat(RedisError.of(StoreFailure.notApplied("no master is known"))).isEqualTo(RedisError.UNCONNECTED);
        assertThat(RedisError.of(new Exception((String) null))).isEqualTo(RedisError.LOST);
    }

    /** A caller repeats a call that was not applied. */
    @Test
    void error_with_an_unknown_outcome_is_not_marked_as_not_applied() {
        assertThat(RedisError.SLOW.notApplied()).isFalse();
        assertThat(RedisError.LOST.notApplied()).isFalse();
        assertThat(RedisError.ERROR.notApplied()).isFalse();
        assertThat(RedisError.NOPERM.notApplied()).isFalse();
    }

    @Test
    void line_of_the_script_is_extracted_from_an_error() {
        assertThat(RedisError.line(new Exception("ERR user_script:12: secret"))).contains("12");
        assertThat(RedisError.line(new Exception("WRONGTYPE secret"))).isEmpty();
    }

    @Test
    void target_of_a_redirection_is_parsed() {
        assertThat(RedisError.target(new Exception("MOVED 3999 10.0.0.1:6381"), HERE))
                .contains(new HostPort("10.0.0.1", 6381));
        assertThat(RedisError.target(new Exception("ASK 3999 fd00::1:6381"), HERE))
                .contains(new HostPort("fd00::1", 6381));
        assertThat(RedisError.target(new Exception("MOVED 3999 :6381"), HERE)).contains(new HostPort("here", 6381));
        assertThat(RedisError.target(new Exception("MOVED 3999 ?:6381"), HERE)).contains(new HostPort("here", 6381));
        assertThat(RedisError.target(new Exception("MOVED nowhere"), HERE)).isEmpty();
    }
}
