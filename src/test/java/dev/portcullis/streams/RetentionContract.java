package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.LOBBY;
import static dev.portcullis.streams.StreamStoreContract.PLENTY;
import static dev.portcullis.streams.StreamStoreContract.await;
import static dev.portcullis.streams.StreamStoreContract.seqs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every store of streams promises about the retention of one stream. */
interface RetentionContract {
    UserId AUTHOR = new UserId("ann");
    long HOUR = TimeUnit.HOURS.toMillis(1);

    /** The owner of a stream may have 50 entries and 12 hours. */
    StreamWindow WINDOW =
            new StreamWindow(300, 24 * HOUR).keeping(new Retention(20, 6 * HOUR), new Retention(50, 12 * HOUR));

    StreamStore streams();

    SettableClock clock();

    void reopen() throws Exception;

    @Test
    default void stream_without_a_retention_of_its_own_has_that_of_the_configuration() throws Exception {
        say(30);
        assertThat(kept()).hasSize(20).startsWith(11L);
        clock().pass(6 * HOUR + 1);
        assertThat(kept()).isEmpty();
    }

    @Test
    default void no_reader_sees_what_is_beyond_a_retention_that_was_shortened() throws Exception {
        say(10);
        Position second = new Position(await(streams().head(LOBBY)).epoch(), 2);
        retain(3, 0);

        assertThat(kept()).containsExactly(8L, 9L, 10L);
        Slice before = await(streams().before(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(seqs(before)).containsExactly(8L, 9L, 10L);
        assertThat(before.more()).isFalse();
        assertThat(await(streams().before(LOBBY, 8, PLENTY)).entries()).isEmpty();
        LatestSlice latest = await(streams().latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(latest.entries()).hasSize(3);
        assertThat(latest.more()).isFalse();
        assertThat(await(streams().find(LOBBY, "m7", 100))).isEmpty();
        assertThat(await(streams().find(LOBBY, "m8", 100))).isPresent();
        assertThat(await(streams().resume(LOBBY, Optional.of(second), PLENTY)).exact())
                .isFalse();
        assertThat(await(streams().head(LOBBY)).seq()).isEqualTo(10);
        assertThat(await(streams().access(LOBBY, AUTHOR)).hidden()).isEqualTo(7);
    }

    @Test
    default void appends_keep_to_the_retention_of_the_stream() throws Exception {
        retain(3, 0);
        say(10);
        assertThat(kept()).containsExactly(8L, 9L, 10L);
        reopen();
        say(1);
        assertThat(kept()).containsExactly(9L, 10L, 11L);
    }

    @Test
    default void age_of_a_stream_alone_counts_from_when_it_was_set() throws Exception {
        say(2);
        clock().pass(HOUR);
        say(2);
        retain(0, HOUR - 1);
        assertThat(kept()).containsExactly(3L, 4L);
        clock().pass(HOUR);
        assertThat(kept()).isEmpty();
        say(1);
        assertThat(kept()).containsExactly(5L);
    }

    @Test
    default void stream_may_have_more_than_the_standard_up_to_the_most() throws Exception {
        retain(40, 10 * HOUR);
        say(60);
        assertThat(kept()).hasSize(40);
        clock().pass(10 * HOUR);
        assertThat(kept()).hasSize(40);
        clock().pass(1);
        assertThat(kept()).isEmpty();
        retain(1_000, 1_000 * HOUR);
        say(60);
        assertThat(kept()).hasSize(50);
        clock().pass(12 * HOUR + 1);
        assertThat(kept()).isEmpty();
    }

    @Test
    default void retention_that_is_no_longer_set_is_that_of_the_configuration() throws Exception {
        retain(3, HOUR);
        say(10);
        retain(0, 0);
        say(30);
        assertThat(kept()).hasSize(20);
        clock().pass(HOUR + 1);
        assertThat(kept()).hasSize(20);
    }

    /** A text that comes back is worse than one that is missing, and what is hidden goes with the next sweep. */
    @Test
    default void what_was_hidden_stays_hidden_when_more_is_kept_later() throws Exception {
        say(10);
        retain(3, 0);
        retain(0, 0);
        assertThat(kept()).containsExactly(8L, 9L, 10L);
        assertThat(await(streams().find(LOBBY, "m7", 100))).isEmpty();
        reopen();
        say(2);
        assertThat(kept()).containsExactly(8L, 9L, 10L, 11L, 12L);

        clock().pass(HOUR);
        say(1);
        retain(0, HOUR);
        clock().pass(1);
        retain(0, HOUR - 1);
        retain(0, 0);
        assertThat(kept()).containsExactly(13L);
        LatestSlice latest = await(streams().latest(LOBBY, Long.MAX_VALUE, PLENTY));
        assertThat(latest.entries()).hasSize(1);
        assertThat(latest.hidden()).isEqualTo(12);
        assertThat(await(streams().access(LOBBY, AUTHOR)).hidden()).isEqualTo(12);
        say(30);
        assertThat(kept()).hasSize(20);
    }

    /** Records without entries are forgotten after a month; what an owner has set must last as long as the room. */
    @Test
    default void retention_of_a_stream_outlasts_years_without_entries() throws Exception {
        say(1);
        retain(3, 0);
        clock().pass(TimeUnit.DAYS.toMillis(900));
        reopen();
        say(10);
        assertThat(kept()).containsExactly(9L, 10L, 11L);
    }

    /** Two callers at once, or one who lost the right: rows and stream change together, or not at all. */
    @Test
    default void retention_and_rows_of_its_permit_change_in_one_step() throws Exception {
        say(10);
        Permit first = new Permit(
                List.of(new Permit.Row("zz", "", LOBBY.value(), Optional.empty())),
                List.of(new Permit.Row("zz", "", LOBBY.value(), Optional.of("5"))),
                List.of());
        assertThat(await(streams().retain(LOBBY, new OwnRetention(5, 0), WINDOW, first)))
                .isEqualTo(RetainResult.DONE);
        assertThat(kept()).hasSize(5);
        assertThat(await(streams().retain(LOBBY, new OwnRetention(2, 0), WINDOW, first)))
                .isEqualTo(RetainResult.CHANGED);
        assertThat(kept()).hasSize(5);
        Permit second = new Permit(
                List.of(new Permit.Row("zz", "", LOBBY.value(), Optional.of("5"))),
                List.of(new Permit.Row("zz", "", LOBBY.value(), Optional.of("2"))),
                List.of());
        assertThat(await(streams().retain(LOBBY, new OwnRetention(2, 0), WINDOW, second)))
                .isEqualTo(RetainResult.DONE);
        assertThat(kept()).hasSize(2);
    }

    @Test
    default void retention_of_one_stream_is_not_that_of_another() throws Exception {
        await(streams().retain(StreamStoreContract.LOBBY_TOO, new OwnRetention(1, 1), WINDOW, Permit.UNCONDITIONAL));
        say(10);
        assertThat(kept()).hasSize(10);
    }

    private void retain(long entries, long ageMs) throws Exception {
        await(streams().retain(LOBBY, new OwnRetention(entries, ageMs), WINDOW, Permit.UNCONDITIONAL));
    }

    private List<Long> kept() throws Exception {
        return seqs(await(streams().after(LOBBY, 0, PLENTY)));
    }

    private void say(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String id = "m" + (await(streams().head(LOBBY)).seq() + 1);
            byte[] body = ("\"type\":\"chat\",\"messageId\":\"" + id + "\",\"content\":\"hello\"}")
                    .getBytes(StandardCharsets.UTF_8);
            AppendRequest append = new AppendRequest(
                            LOBBY,
                            WINDOW,
                            clock().getAsLong(),
                            body,
                            Optional.of(AUTHOR),
                            Optional.empty(),
                            Long.MAX_VALUE)
                    .carrying(new Message(id, AUTHOR));
            assertThat(await(streams().append(append))).isInstanceOf(AppendResult.Stored.class);
        }
    }
}
