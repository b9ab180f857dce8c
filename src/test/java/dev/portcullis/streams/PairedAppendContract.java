package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static dev.portcullis.streams.StreamStoreContract.seqs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.PairedResult.Complete;
import dev.portcullis.streams.PairedResult.Refused;
import dev.portcullis.streams.PairedResult.Sent;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of streams promises about an append to two streams. */
interface PairedAppendContract {
    UserId ANN = new UserId("ann");
    UserId BOB = new UserId("bob");
    StreamName ANNS = StreamName.inbox(ANN);
    StreamName BOBS = StreamName.inbox(BOB);
    StreamWindow KEPT = new StreamWindow(1_000, TimeUnit.DAYS.toMillis(30));

    StreamStore streams();

    SettableClock clock();

    void reopen() throws Exception;

    @Test
    default void pair_is_stored_in_both_streams_with_the_same_body() throws Exception {
        append(BOBS, ANN, "id0", "earlier", "m0");
        append(StreamName.inbox(new UserId("carol")), ANN, "id00", "to another", "m00");
        Complete sent = complete(pair("id1", "hello", "m1"));
        assertThat(sent.messageId()).isEqualTo("m1");
        assertThat(sent.recipients()).isEqualTo(await(streams().head(BOBS)));
        assertThat(sent.own()).isEqualTo(await(streams().head(ANNS)));
        assertThat(sent.recipients().seq()).isEqualTo(2);
        assertThat(sent.own().seq()).isEqualTo(1);
        assertThat(sent.stored()).extracting(StreamEntry::stream).containsExactly(BOBS, ANNS);
        assertThat(bodies(BOBS)).containsExactly("earlier", "m1 hello");
        assertThat(bodies(ANNS)).containsExactly("m1 hello");
    }

    @Test
    default void pair_to_oneself_is_one_entry() throws Exception {
        PairedAppend toSelf = new PairedAppend(request(ANNS, ANN, "id1", "note", "m1"), ANNS);
        Complete sent = complete(toSelf);
        assertThat(sent.own()).isEqualTo(sent.recipients());
        assertThat(sent.stored()).hasSize(1);
        Complete again = complete(toSelf);
        assertThat(again).isEqualTo(new Complete("m1", sent.own(), sent.own(), List.of()));
        assertThat(bodies(ANNS)).hasSize(1);
    }

    @Test
    default void repeated_pair_gets_the_first_outcome() throws Exception {
        Complete first = complete(pair("id1", "hello", "m1"));
        clock().pass(60_000);
        reopen();
        Complete expected = new Complete("m1", first.recipients(), first.own(), List.of());
        assertThat(complete(pair("id1", "hello", "m1"))).isEqualTo(expected);
        assertThat(complete(pair("id1", "hello", "m2"))).isEqualTo(expected);
        assertThat(bodies(BOBS)).hasSize(1);
        assertThat(bodies(ANNS)).hasSize(1);
    }

    @Test
    default void pair_whose_key_was_used_with_another_body_is_a_conflict_and_writes_nothing() throws Exception {
        complete(pair("id1", "hello", "m1"));
        assertThat(await(streams().append(pair("id1", "other", "m2")))).isEqualTo(new Refused(Refusal.CONFLICT));
        assertThat(bodies(BOBS)).hasSize(1);
        assertThat(bodies(ANNS)).hasSize(1);
    }

    @Test
    default void one_id_may_be_used_for_several_recipients() throws Exception {
        StreamName carols = StreamName.inbox(new UserId("carol"));
        complete(pair("id1", "hello", "m1"));
        Complete toCarol = complete(new PairedAppend(request(carols, ANN, "id1", "another text", "m2"), ANNS));
        assertThat(toCarol.own().seq()).isEqualTo(2);
        assertThat(bodies(ANNS)).containsExactly("m1 hello", "m2 another text");
    }

    @Test
    default void pair_that_broke_off_between_its_appends_is_completed_by_the_same_attempt() throws Exception {
        PairedAppend pair = pair("id1", "hello", "m1");
        Position recipients = placed(pair.append());
        Complete sent = complete(pair);
        assertThat(sent.recipients()).isEqualTo(recipients);
        assertThat(sent.stored()).extracting(StreamEntry::stream).containsExactly(ANNS);
        assertThat(bodies(ANNS)).containsExactly("m1 hello");
        assertThat(bodies(BOBS)).hasSize(1);
    }

    @Test
    default void pair_that_broke_off_is_completed_with_the_entry_that_the_recipient_got() throws Exception {
        long sentAt = clock().getAsLong();
        placed(pair("id1", "hello", "m1").append());
        append(BOBS, ANN, "id2", "later", "m2");
        clock().pass(1_000);
        Complete sent = complete(pair("id1", "hello", "m3"));
        assertThat(sent.messageId()).isEqualTo("m1");
        assertThat(bodies(ANNS)).containsExactly("m1 hello");
        assertThat(await(streams().after(ANNS, 0, PLENTY)).entries().get(0).timestamp())
                .isEqualTo(sentAt);
        assertThat(complete(pair("id1", "hello", "m4")).own()).isEqualTo(sent.own());
        assertThat(bodies(ANNS)).hasSize(1);
    }

    @Test
    default void pair_that_broke_off_is_completed_though_the_recipients_entry_is_no_longer_kept() throws Exception {
        StreamWindow one = new StreamWindow(1, KEPT.ageMs());
        Position recipients = placed(pair("id1", "hello", "m1").append());
        await(streams()
                .append(new AppendRequest(
                        BOBS,
                        one,
                        now(),
                        "later".getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.empty(),
                        now())));
        Complete sent = complete(pair("id1", "hello", "m2"));
        assertThat(sent.messageId()).isEqualTo("m1");
        assertThat(sent.recipients()).isEqualTo(recipients);
        assertThat(bodies(ANNS)).containsExactly("m1 hello");
        assertThat(complete(pair("id1", "hello", "m3")).own()).isEqualTo(sent.own());
    }

    @Test
    default void pair_that_broke_off_and_is_repeated_too_late_is_sent_and_completed_under_a_later_not_after()
            throws Exception {
        PairedAppend pair = pair("id1", "hello", "m1");
        Position recipients = placed(pair.append());
        clock().pass(60_000);
        assertThat(await(streams().append(pair))).isEqualTo(new Sent("m1", recipients, List.of()));
        assertThat(bodies(ANNS)).isEmpty();
        assertThat(complete(pair("id1", "hello", "m1")).recipients()).isEqualTo(recipients);
        assertThat(bodies(ANNS)).containsExactly("m1 hello");
    }

    @Test
    default void pair_after_its_not_after_is_expired_and_writes_nothing() throws Exception {
        PairedAppend late = pair("id1", "hello", "m1");
        clock().pass(60_000);
        assertThat(await(streams().append(late))).isEqualTo(new Refused(Refusal.EXPIRED));
        assertThat(bodies(BOBS)).isEmpty();
        assertThat(bodies(ANNS)).isEmpty();
        complete(pair("id1", "another text", "m2"));
    }

    @Test
    default void author_barred_by_the_recipient_is_refused_and_writes_nothing() throws Exception {
        bar(BOBS);
        assertThat(await(streams().append(pair("id1", "hello", "m1")))).isEqualTo(new Refused(Refusal.BARRED));
        assertThat(bodies(ANNS)).isEmpty();
    }

    @Test
    default void author_barred_in_the_own_stream_keeps_a_copy() throws Exception {
        bar(ANNS);
        complete(pair("id1", "hello", "m1"));
        assertThat(bodies(ANNS)).contains("m1 hello");
    }

    @Test
    default void concurrent_attempts_of_one_pair_are_stored_once_in_each_stream() throws Exception {
        List<Future<PairedResult>> attempts = IntStream.range(0, 40)
                .mapToObj(i -> streams().append(pair("id1", "hello", i % 2 == 0 ? "m0" : "m" + i)))
                .toList();
        List<Complete> outcomes =
                attempts.stream().map(PairedAppendContract::complete).toList();
        assertThat(outcomes)
                .extracting(Complete::own)
                .containsOnly(await(streams().head(ANNS)));
        assertThat(outcomes)
                .extracting(Complete::recipients)
                .containsOnly(await(streams().head(BOBS)));
        assertThat(outcomes)
                .extracting(Complete::messageId)
                .hasSize(40)
                .containsOnly(outcomes.get(0).messageId());
        assertThat(outcomes.stream()
                        .mapToInt(outcome -> outcome.stored().size())
                        .sum())
                .isEqualTo(2);
        assertThat(seqs(await(streams().after(ANNS, 0, PLENTY)))).containsExactly(1L);
        assertThat(bodies(ANNS)).isEqualTo(bodies(BOBS));
    }

    private PairedAppend pair(String id, String text, String messageId) {
        return new PairedAppend(request(BOBS, ANN, id, text, messageId), ANNS);
    }

    private AppendRequest request(StreamName stream, UserId author, String id, String text, String messageId) {
        return new AppendRequest(
                stream,
                KEPT,
                now(),
                (messageId + " " + text).getBytes(StandardCharsets.UTF_8),
                Optional.of(author),
                Optional.of(new IdempotencyKey(
                        author, "chat_message", id, text.getBytes(StandardCharsets.UTF_8), messageId)),
                now() + 5_000);
    }

    private void append(StreamName stream, UserId author, String id, String text, String messageId) throws Exception {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        IdempotencyKey key = new IdempotencyKey(author, "chat_message", id, body, messageId);
        placed(new AppendRequest(stream, KEPT, now(), body, Optional.of(author), Optional.of(key), now() + 5_000));
    }

    private Position placed(AppendRequest append) throws Exception {
        return ((AppendResult.Placed) await(streams().append(append))).position();
    }

    private void bar(StreamName stream) throws Exception {
        placed(new AppendRequest(stream, KEPT, now(), new byte[] {'b'}, Optional.empty(), Optional.empty(), now())
                .barring(ANN, 10));
    }

    private Complete complete(PairedAppend pair) {
        return complete(streams().append(pair));
    }

    private static Complete complete(Future<PairedResult> attempt) {
        try {
            PairedResult outcome = await(attempt);
            assertThat(outcome).isInstanceOf(Complete.class);
            return (Complete) outcome;
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private List<String> bodies(StreamName stream) throws Exception {
        return await(streams().after(stream, 0, PLENTY)).entries().stream()
                .map(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .toList();
    }

    private long now() {
        return clock().getAsLong();
    }
}
