package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.await;
import static dev.portcullis.store.redis.RedisFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Redis client distinguishes failures by their messages only. This test fails if a release changes them. */
@ExtendWith(VertxExtension.class)
class RedisClientFailureTest {
    private static final int WAITING = 16;

    private Context loop;
    private RedisProcess redis;
    private RawConnection raw;

    @BeforeEach
    void connect(Vertx vertx) throws Exception {
        loop = vertx.getOrCreateContext();
        redis = RedisProcess.start();
        RedisConnector connector = new RedisConnector(
                vertx,
                RedisFixture.config(
                        "{'uri': '" + redis.uri() + "', 'waiting': " + WAITING + ", " + RedisFixture.PATIENT + "}"));
        raw = await(ContextSwitch.runOn(
                loop, () -> connector.connect(new HostPort("127.0.0.1", redis.port()), Future::succeededFuture)));
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void call_beyond_the_queue_limit_is_classified_as_full() {
        redis.pause();
        List<Future<Response>> calls =
                Stream.generate(this::ping).limit(WAITING + 1).toList();
        Future<Response> last = calls.get(WAITING);
        assertThat(failed(last)).isTrue();
        assertThat(RedisError.of(last.cause())).isEqualTo(RedisError.FULL);
        assertThat(calls.subList(0, WAITING)).noneMatch(Future::isComplete);
    }

    @Test
    void call_on_a_closed_connection_is_classified_as_unconnected(VertxTestContext context) throws Exception {
        await(ContextSwitch.runOn(loop, () -> {
            raw.onEnd(() -> ping().onComplete(classified(context, RedisError.UNCONNECTED)));
            return Future.succeededFuture();
        }));
        redis.kill();
    }

    @Test
    void call_whose_connection_ends_before_the_answer_is_classified_as_lost(VertxTestContext context) {
        redis.pause();
        ping().onComplete(classified(context, RedisError.LOST));
        redis.kill();
    }

    private static Handler<AsyncResult<Response>> classified(VertxTestContext context, RedisError expected) {
        return context.failing(failure -> {
            assertThat(RedisError.of(failure)).isEqualTo(expected);
            context.completeNow();
        });
    }

    private Future<Response> ping() {
        return ContextSwitch.runOn(loop, () -> raw.send(Request.cmd(Command.PING)));
    }
}
