package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A paired append in two steps, as of a store that has no single one. */
@ExtendWith(VertxExtension.class)
class PairedAppendTest {
    private static final UserId ANN = new UserId("ann");
    private static final StreamName BOBS = StreamName.inbox(new UserId("bob"));
    private static final StreamName ANNS = StreamName.inbox(ANN);

    private final SettableClock clock = new SettableClock();

    @TempDir
    Path folder;

    @Test
    void pair_whose_second_append_comes_too_late_is_sent(Vertx vertx) throws Exception {
        try (EmbeddedStreamsFixture fixture = EmbeddedStreamsFixture.open(folder, clock)) {
            StallingStreams streams = new StallingStreams(fixture.streams());
            streams.holdAppends(append -> append.stream().equals(ANNS));
            Promise<PairedResult> outcome = Promise.promise();
            vertx.getOrCreateContext()
                    .runOnContext(any -> streams.append(pair()).onComplete(outcome));
            assertThat(Await.until(() -> streams.waiting() == 1)).isTrue();
            clock.pass(60_000);
            streams.release();
            PairedResult.Sent sent = (PairedResult.Sent) outcome.future().await(30, TimeUnit.SECONDS);
            assertThat(sent.messageId()).isEqualTo("m1");
            assertThat(sent.stored()).extracting(StreamEntry::stream).containsExactly(BOBS);
            assertThat(sent.recipients()).isEqualTo(sent.stored().get(0).position());
            PairedResult.Complete complete =
                    (PairedResult.Complete) fixture.streams().append(pair()).await(30, TimeUnit.SECONDS);
            assertThat(complete.recipients()).isEqualTo(sent.recipients());
            assertThat(complete.stored()).extracting(StreamEntry::stream).containsExactly(ANNS);
        }
    }

    @Test
    void pair_without_a_key_cannot_be_made() {
        AppendRequest keyless = new AppendRequest(
                BOBS, new StreamWindow(10, 1_000), 0, new byte[0], Optional.of(ANN), Optional.empty(), Long.MAX_VALUE);
        assertThatThrownBy(() -> new PairedAppend(keyless, ANNS)).isInstanceOf(IllegalArgumentException.class);
    }

    private PairedAppend pair() {
        byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
        return new PairedAppend(
                new AppendRequest(
                        BOBS,
                        new StreamWindow(10, TimeUnit.DAYS.toMillis(1)),
                        0,
                        body,
                        Optional.of(ANN),
                        Optional.of(new IdempotencyKey(ANN, "chat_message", "id1", body, "m1")),
                        clock.getAsLong() + 5_000),
                ANNS);
    }
}
