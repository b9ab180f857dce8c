package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a token that the server did not take is offered again. */
class TokenOfferTest {
    private static final long NOW = 1_700_000_000_000L;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Long> pauses = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "retry after what the server says, 25000, 60000, 25000",
        "shortly before the end where that is sooner, 3600000, 60000, 58000",
        "as the server says where the last offer was made, 3600000, 2000, 3600000",
        "as the server says where the clock is wrong, 3600000, -5000, 3600000",
    })
    void offer_refused_by_a_limit_is_repeated(String when, long retryAfter, long leftMs, long expected)
            throws Exception {
        JsonObject refusal = new JsonObject().put("type", "rate_limited").put("retryAfter", retryAfter);

        renewal(Future.succeededFuture(refusal)).expiring(NOW + leftMs);

        assertThat(pauses.poll(30, TimeUnit.SECONDS)).as(when).isEqualTo(expected);
    }

    @Test
    void offer_without_an_answer_is_repeated_before_the_session_ends() throws Exception {
        renewal(Future.failedFuture("there was no answer")).expiring(NOW + 6_000);

        assertThat(pauses.poll(30, TimeUnit.SECONDS)).isEqualTo(4_000);
    }

    private TokenRenewal renewal(Future<JsonObject> answer) {
        TokenRenewal renewal = new TokenRenewal(
                new Line(answer),
                vertx.getOrCreateContext(),
                () -> Future.succeededFuture("t2"),
                token -> {},
                InstantSource.fixed(Instant.ofEpochMilli(NOW)));
        renewal.connecting("t1");
        return renewal;
    }

    /** Answers each frame with the same, and keeps for how long something is put off. */
    private final class Line implements ClientTransport {
        private final Future<JsonObject> answer;

        Line(Future<JsonObject> answer) {
            this.answer = answer;
        }

        @Override
        public String newId() {
            return "id";
        }

        @Override
        public void write(JsonObject frame) {}

        @Override
        public boolean tell(JsonObject frame) {
            return false;
        }

        @Override
        public Future<JsonObject> ask(JsonObject frame) {
            return answer;
        }

        @Override
        public void later(long ms, Runnable work) {
            pauses.add(ms);
        }

        @Override
        public void emit(ClientEvent event) {}

        @Override
        public long now() {
            return 0;
        }
    }
}
