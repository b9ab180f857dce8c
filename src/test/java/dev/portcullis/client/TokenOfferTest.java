package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a token that the server did not take is offered again. */
@ExtendWith(VertxExtension.class)
class TokenOfferTest {
    private static final long NOW = 1_700_000_000_000L;

    @ParameterizedTest
    @CsvSource({
        "retry after what the server says, 25000, 60000, 25000",
        "shortly before the end where that is sooner, 3600000, 60000, 58000",
        "as the server says where the last offer was made, 3600000, 2000, 3600000",
        "as the server says where the clock is wrong, 3600000, -5000, 3600000",
    })
    void offer_refused_by_a_limit_is_repeated(
            String when, long retryAfter, long leftMs, long expected, Vertx vertx, VertxTestContext test) {
        JsonObject refusal = new JsonObject().put("type", "rate_limited").put("retryAfter", retryAfter);

        repeatedAfter(vertx, Future.succeededFuture(refusal), NOW + leftMs)
                .onComplete(test.succeeding(pause -> test.verify(() -> {
                    assertThat(pause).as(when).isEqualTo(expected);
                    test.completeNow();
                })));
    }

    @Test
    void offer_without_an_answer_is_repeated_before_the_session_ends(Vertx vertx, VertxTestContext test) {
        repeatedAfter(vertx, Future.failedFuture("there was no answer"), NOW + 6_000)
                .onComplete(test.succeeding(pause -> test.verify(() -> {
                    assertThat(pause).isEqualTo(4_000);
                    test.completeNow();
                })));
    }

    /** How long the offer is put off that follows the one with this answer. */
    private static Future<Long> repeatedAfter(Vertx vertx, Future<JsonObject> answer, long endsAt) {
        Promise<Long> pause = Promise.promise();
        TokenRenewal renewal = new TokenRenewal(
                new Line(answer, pause),
                vertx.getOrCreateContext(),
                () -> Future.succeededFuture("t2"),
                token -> {},
                InstantSource.fixed(Instant.ofEpochMilli(NOW)));
        renewal.connecting("t1");
        renewal.expiring(endsAt);
        return pause.future();
    }

    /** Answers each frame with the same, and tells for how long something is put off. */
    private static final class Line implements FrameChannel {
        private final Future<JsonObject> answer;
        private final Promise<Long> pause;

        Line(Future<JsonObject> answer, Promise<Long> pause) {
            this.answer = answer;
            this.pause = pause;
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
            pause.tryComplete(ms);
        }

        @Override
        public void emit(ClientEvent event) {}

        @Override
        public long now() {
            return 0;
        }
    }
}
