package dev.portcullis.broadcast.expiry;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.node.assembly.UploadedFiles;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.expiry.ExpirySweeper.Round;
import dev.portcullis.broadcast.expiry.ExpirySweeper.SweepListener;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.Target.ToRoom;
import dev.portcullis.protocol.Target.ToUser;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.DelegatingStreams;
import dev.portcullis.streams.ExpiringMessages;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.holds.HoldStore;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that end by themselves, in each store. */
abstract class ExpirySweeperContract {
    static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final Bounds PLENTY = new Bounds(10_000, 1 << 24);

    final SettableClock clock = new SettableClock();
    private final List<StreamEntry> deletions = new CopyOnWriteArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private final List<Integer> deletedBetween = new ArrayList<>();
    private StreamWindow window = new StreamWindow(1_000, TimeUnit.DAYS.toMillis(60));
    private Opened opened;
    private boolean stopped;
    private int ids;

    /** One opening of a store. */
    record Opened(StreamStore streams, RowStore rows, AutoCloseable closing) {}

    abstract Opened open() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Test
    void message_whose_time_is_over_is_deleted_with_its_text() throws Exception {
        String id = say("secret", MINUTE);
        say("stays", 2 * MINUTE);
        clock.pass(MINUTE - 1);
        assertThat(sweep()).isEqualTo(new Round(false, false));
        assertThat(texts(LOBBY)).contains("secret", "stays");
        clock.pass(1);
        sweep();
        assertThat(texts(LOBBY)).contains("stays").doesNotContain("secret");
        JsonObject deletion = json(deletions.get(0));
        assertThat(deletion.getString("type")).isEqualTo("message_deleted");
        assertThat(deletion.getString("reason")).isEqualTo("expired");
        assertThat(deletion.getString("messageId")).isEqualTo(id);
        assertThat(deletion.getString("userId")).isEqualTo("ann");
        assertThat(deletions.get(0).position().seq()).isEqualTo(3);
        assertThat(rowsLeft(LOBBY)).isEqualTo(1);
        sweep();
        assertThat(deletions).hasSize(1);
    }

    @Test
    void message_without_an_end_costs_no_row() throws Exception {
        append(message(LOBBY, new ToRoom(new RoomId("lobby")), ANN, "plain", "m1", "k1"));
        assertThat(rowsLeft(LOBBY)).isZero();
    }

    @Test
    void edits_keep_the_end_and_go_with_the_message() throws Exception {
        String id = say("one", MINUTE);
        amend(id, Change.EDIT, "two");
        clock.pass(MINUTE / 2);
        amend(id, Change.EDIT, "three");
        clock.pass(MINUTE / 2);
        sweep();
        assertThat(texts(LOBBY)).doesNotContain("one", "two", "three");
        assertThat(deletions).hasSize(1);
    }

    /** It alone is shown to those who were away for a moment. */
    @Test
    void edits_whose_message_left_the_window_go_at_its_end() throws Exception {
        window = new StreamWindow(4, TimeUnit.DAYS.toMillis(60));
        String id = say("one", MINUTE);
        amend(id, Change.EDIT, "two");
        amend(id, Change.EDIT, "three");
        say("other", 10 * MINUTE);
        say("another", 10 * MINUTE);
        assertThat(texts(LOBBY)).contains("two", "three").doesNotContain("one");
        clock.pass(MINUTE);
        sweep();
        assertThat(texts(LOBBY)).contains("another").doesNotContain("two", "three");
        assertThat(json(deletions.get(0)).getString("messageId")).isEqualTo(id);
        assertThat(rowsLeft(LOBBY)).isEqualTo(2);
    }

    /** An inbox may lose a message that the author's own still has: then it gets the edit alone. */
    @Test
    void edit_that_an_inbox_gets_without_its_message_ends_with_it() throws Exception {
        Target to = new ToUser(BEN);
        AppendRequest append = request(StreamName.inbox(BEN), edited(to, "m1", "secret"), "a1", "m1");
        AmendRequest edit = new AmendRequest(append, "m1", ANN, false, Change.EDIT, Long.MIN_VALUE, 1_000, 10);
        await(opened.streams().amend(edit.asDecided(Optional.of(clock.getAsLong() + MINUTE))));
        assertThat(texts(StreamName.inbox(BEN))).contains("secret");
        clock.pass(MINUTE);
        sweep();
        assertThat(texts(StreamName.inbox(BEN))).doesNotContain("secret");
        assertThat(json(deletions.get(0)).getString("recipientId")).isEqualTo("ben");
        assertThat(rowsLeft(StreamName.inbox(BEN))).isZero();
    }

    /** Its edits left the window too, or a user deleted it by hand. */
    @Test
    void edited_message_of_which_nothing_is_left_leaves_nothing_to_do() throws Exception {
        window = new StreamWindow(2, TimeUnit.DAYS.toMillis(60));
        amend(say("one", MINUTE), Change.EDIT, "two");
        say("other", 10 * MINUTE);
        say("another", 10 * MINUTE);
        clock.pass(MINUTE);
        assertThat(sweep()).isEqualTo(new Round(false, false));
        assertThat(deletions).isEmpty();
        assertThat(rowsLeft(LOBBY)).isEqualTo(2);
    }

    @Test
    void message_that_its_author_deleted_leaves_nothing_to_do() throws Exception {
        String id = say("one", MINUTE);
        amend(id, Change.DELETE, "");
        clock.pass(MINUTE);
        assertThat(sweep()).isEqualTo(new Round(false, false));
        assertThat(deletions).isEmpty();
        assertThat(rowsLeft(LOBBY)).isZero();
        assertThat(await(opened.streams().head(LOBBY)).seq()).isEqualTo(2);
    }

    @Test
    void message_that_is_no_longer_kept_leaves_nothing_to_do() throws Exception {
        window = new StreamWindow(2, TimeUnit.DAYS.toMillis(60));
        say("one", MINUTE);
        say("two", 10 * MINUTE);
        say("three", 10 * MINUTE);
        clock.pass(MINUTE);
        sweep();
        assertThat(deletions).isEmpty();
        assertThat(rowsLeft(LOBBY)).isEqualTo(2);
    }

    /** The first attempt has said when the message ends. */
    @Test
    void repeated_append_does_not_move_the_end() throws Exception {
        AppendRequest first = message(LOBBY, new ToRoom(new RoomId("lobby")), ANN, "one", "m1", "k1")
                .expiring(clock.getAsLong() + MINUTE);
        append(first);
        clock.pass(MINUTE / 2);
        append(first.expiring(clock.getAsLong() + MINUTE));
        assertThat(rowsLeft(LOBBY)).isEqualTo(1);
        clock.pass(MINUTE / 2);
        sweep();
        assertThat(deletions).hasSize(1);
    }

    @Test
    void each_copy_of_a_direct_message_is_deleted_and_names_the_conversation() throws Exception {
        write("secret", "k1");
        clock.pass(MINUTE);
        sweep();
        for (UserId user : List.of(ANN, BEN)) {
            assertThat(texts(StreamName.inbox(user))).doesNotContain("secret");
        }
        assertThat(deletions.stream().map(entry -> entry.stream().value()))
                .containsExactlyInAnyOrder("inbox:ann", "inbox:ben");
        assertThat(deletions.stream().map(ExpirySweeperContract::json))
                .allMatch(
                        json -> "ben".equals(json.getString("recipientId")) && "ann".equals(json.getString("userId")));
    }

    @Test
    void message_that_reached_no_one_is_deleted_for_its_author() throws Exception {
        await(new BlockListStore(opened.rows()).block(BEN, ANN, 10, Long.MAX_VALUE));
        write("secret", "k1");
        clock.pass(MINUTE);
        sweep();
        assertThat(deletions.stream().map(entry -> entry.stream().value())).containsExactly("inbox:ann");
        assertThat(texts(StreamName.inbox(ANN))).doesNotContain("secret");
    }

    /** A block, or a backlog of undelivered messages, must not keep what has to go. */
    @Test
    void message_whose_author_was_blocked_since_is_deleted_for_its_reader() throws Exception {
        write("secret", "k1");
        await(new BlockListStore(opened.rows()).block(BEN, ANN, 10, Long.MAX_VALUE));
        clock.pass(MINUTE);
        sweep();
        assertThat(texts(StreamName.inbox(BEN))).doesNotContain("secret");
    }

    @Test
    void two_sweepers_at_once_delete_each_message_once() throws Exception {
        for (int i = 0; i < 50; i++) {
            say("text " + i, MINUTE);
        }
        clock.pass(MINUTE);
        await(Future.join(
                sweeper(opened.streams(), true).round(true),
                sweeper(opened.streams(), true).round(true)));
        sweep();
        assertThat(deletions).hasSize(50);
        assertThat(await(opened.streams().head(LOBBY)).seq()).isEqualTo(100);
        assertThat(rowsLeft(LOBBY)).isZero();
    }

    @Test
    void lane_of_another_node_is_swept_only_after_a_while() throws Exception {
        say("one", MINUTE);
        clock.pass(MINUTE + ExpirySweeper.ABANDONED_MS - 1);
        ExpirySweeper other = sweeper(opened.streams(), false);
        await(other.round(true));
        assertThat(deletions).isEmpty();
        clock.pass(1);
        await(other.round(false));
        assertThat(deletions).isEmpty();
        await(other.round(true));
        assertThat(deletions).hasSize(1);
    }

    @Test
    void more_than_a_round_takes_is_deleted_by_the_next_ones() throws Exception {
        int count = ExpirySweeper.MESSAGES_OF_LANE + 1;
        for (int i = 0; i < count; i++) {
            say("text " + i, MINUTE);
        }
        clock.pass(MINUTE);
        ExpirySweeper sweeper = sweeper(opened.streams(), true);
        assertThat(await(sweeper.round(false))).isEqualTo(new Round(true, false));
        assertThat(await(sweeper.round(false))).isEqualTo(new Round(false, false));
        assertThat(deletions).hasSize(count);
    }

    /** Others use the store meanwhile: however much ends at once, and in however many rooms, they wait for a part at most. */
    @Test
    void sweeper_rests_behind_each_part_of_many_messages() throws Exception {
        int rooms = 5;
        int each = ExpirySweeper.MESSAGES_OF_LANE;
        for (int i = 0; i < rooms * each; i++) {
            say("room" + i % rooms, "text " + i, MINUTE);
        }
        clock.pass(MINUTE);
        sweep();
        assertThat(deletions).hasSize(rooms * each);
        assertThat(deletedBetween.stream().mapToInt(deleted -> deleted).sum())
                .isGreaterThan(rooms * each - SweepPace.MOST);
        assertThat(deletedBetween).allMatch(deleted -> deleted <= SweepPace.MOST);
    }

    @Test
    void sweeper_does_not_rest_where_few_messages_end() throws Exception {
        for (int i = 1; i < SweepPace.FEWEST; i++) {
            say("text " + i, MINUTE);
        }
        clock.pass(MINUTE);
        sweep();
        assertThat(deletions).hasSize(SweepPace.FEWEST - 1);
        assertThat(deletedBetween).isEmpty();
    }

    /** A node that stops does not wait until all is deleted. */
    @Test
    void round_whose_rest_fails_breaks_off() throws Exception {
        for (int i = 0; i < SweepPace.FEWEST + 1; i++) {
            say("text " + i, MINUTE);
        }
        clock.pass(MINUTE);
        stopped = true;
        assertThatThrownBy(this::sweep).hasMessage("stopped");
        assertThat(deletions).hasSize(SweepPace.FEWEST);
        stopped = false;
        sweep();
        assertThat(deletions).hasSize(SweepPace.FEWEST + 1);
    }

    /** As while the archive is away, which alone has some of the messages. */
    @Test
    void messages_that_can_not_be_deleted_hold_up_no_others_and_go_later() throws Exception {
        int stuck = ExpirySweeper.MESSAGES_OF_LANE + 6;
        for (int i = 0; i < stuck; i++) {
            say("stuck " + i, MINUTE);
        }
        String behind = say("behind", MINUTE + 1);
        clock.pass(MINUTE + 1);
        ExpirySweeper sweeper = sweeper(new FailingFinds(opened.streams(), behind), true);
        assertThat(await(sweeper.round(false))).isEqualTo(new Round(true, true));
        assertThat(await(sweeper.round(false))).isEqualTo(new Round(false, true));
        assertThat(deletions).hasSize(1);
        assertThat(waits.get(waits.size() - 1)).isEqualTo(1);
        ExpirySweeper healthy = sweeper(opened.streams(), true);
        await(healthy.round(false));
        await(healthy.round(false));
        assertThat(deletions).hasSize(stuck + 1);
        assertThat(rowsLeft(LOBBY)).isZero();
    }

    /** As where nodes are killed between any two steps, and answers of the store are lost. */
    @Test
    void sweeps_that_break_off_delete_each_message_once() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int count = 40;
        for (int i = 0; i < count; i++) {
            String id = say("text " + i, MINUTE + i % 5);
            if (i % 4 == 0) {
                amend(id, Change.EDIT, "text of an edit");
            }
        }
        clock.pass(MINUTE + 5);
        for (int rounds = 0; rowsLeft(LOBBY) > 0; rounds++) {
            assertThat(rounds).as("seed %d", seed).isLessThan(1_000);
            await(sweeper(new BreakingStreams(opened.streams(), random), true).round(true));
        }
        List<JsonObject> entries = await(opened.streams().after(LOBBY, 0, PLENTY)).entries().stream()
                .map(ExpirySweeperContract::json)
                .toList();
        assertThat(entries).as("seed %d", seed).hasSize(2 * count + count / 4);
        assertThat(entries)
                .allMatch(entry -> "message_deleted".equals(entry.getString("type")))
                .allMatch(entry -> "expired".equals(entry.getString("reason")));
        assertThat(entries.subList(count + count / 4, entries.size()).stream()
                        .map(entry -> entry.getString("messageId")))
                .as("seed %d", seed)
                .doesNotHaveDuplicates();
    }

    @Test
    void clock_that_was_a_day_ahead_and_came_back_deletes_nothing_twice_and_leaves_nothing_over() throws Exception {
        say("early", 2 * MINUTE);
        say("late", TimeUnit.DAYS.toMillis(2));
        clock.pass(TimeUnit.DAYS.toMillis(1));
        sweep();
        assertThat(texts(LOBBY)).contains("late").doesNotContain("early");
        clock.pass(-TimeUnit.DAYS.toMillis(1));
        say("after", MINUTE);
        sweep();
        clock.pass(MINUTE);
        sweep();
        assertThat(texts(LOBBY)).contains("late").doesNotContain("after");
        assertThat(deletions).hasSize(2);
    }

    private Round sweep() throws Exception {
        return await(sweeper(opened.streams(), true).round(false));
    }

    private ExpirySweeper sweeper(StreamStore streams, boolean own) {
        ExpiryPolicy policy = new ExpiryPolicy(StreamWindows.fixed(window, window), clock);
        RemovedFileSweeper files = new RemovedFileSweeper(
                opened.rows(),
                new UploadedFiles(new UploadStore(opened.rows())),
                new HoldStore(opened.rows()),
                () -> {});
        return new ExpirySweeper(opened.rows(), streams, policy, files, lane -> own, new SweepListener() {
            @Override
            public void deleted(StreamEntry deletion) {
                deletions.add(deletion);
            }

            @Override
            public void waited(long ms) {
                waits.add(ms);
            }

            @Override
            public Future<Void> rest(long ms) {
                assertThat(ms).isPositive();
                deletedBetween.add(deletions.size()
                        - deletedBetween.stream().mapToInt(each -> each).sum());
                return stopped ? Future.failedFuture("stopped") : Future.succeededFuture();
            }
        });
    }

    private String say(String text, long expiresInMs) throws Exception {
        return say("lobby", text, expiresInMs);
    }

    private String say(String room, String text, long expiresInMs) throws Exception {
        String id = "m" + ++ids;
        RoomId in = new RoomId(room);
        append(message(StreamName.room(in), new ToRoom(in), ANN, text, id, "k" + ids)
                .expiring(clock.getAsLong() + expiresInMs));
        return id;
    }

    private void write(String text, String key) throws Exception {
        AppendRequest append = message(StreamName.inbox(BEN), new ToUser(BEN), ANN, text, "m" + ++ids, key)
                .in(new AppendRequest.Backlog(ANN, 10))
                .expiring(clock.getAsLong() + MINUTE);
        await(opened.streams().append(new PairedAppend(append, StreamName.inbox(ANN))));
    }

    private void append(AppendRequest append) throws Exception {
        assertThat(await(opened.streams().append(append))).isInstanceOf(AppendResult.Placed.class);
    }

    private AppendRequest message(StreamName stream, Target target, UserId author, String text, String id, String key) {
        return request(stream, message(target, author, text, id).body(), key, id)
                .carrying(new Message(id, author));
    }

    private DeliveredMessage message(Target target, UserId author, String text, String id) {
        return new DeliveredMessage(
                target,
                id,
                author,
                Optional.empty(),
                text,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                clock.getAsLong(),
                Optional.of(MINUTE));
    }

    private void amend(String id, Change change, String text) throws Exception {
        ToRoom room = new ToRoom(new RoomId("lobby"));
        byte[] body = change == Change.DELETE
                ? DeliveredMessage.deletedBody(room, id, ANN, clock.getAsLong())
                : edited(room, id, text);
        AmendRequest amend = new AmendRequest(
                request(LOBBY, body, "a" + ++ids, id), id, ANN, false, change, Long.MIN_VALUE, 1_000, 10);
        assertThat(await(opened.streams().amend(amend))).isInstanceOf(AppendResult.Stored.class);
    }

    private byte[] edited(Target target, String id, String text) {
        return message(target, ANN, text, id).editedBody();
    }

    private AppendRequest request(StreamName stream, byte[] body, String key, String id) {
        return new AppendRequest(
                stream,
                window,
                clock.getAsLong(),
                body,
                Optional.of(ANN),
                Optional.of(new IdempotencyKey(ANN, "chat", key, new byte[] {1}, id)),
                Long.MAX_VALUE);
    }

    private String texts(StreamName stream) throws Exception {
        StringBuilder all = new StringBuilder();
        await(opened.streams().after(stream, 0, PLENTY)).entries().forEach(entry -> all.append(json(entry)));
        await(opened.streams().latest(stream, Long.MAX_VALUE, PLENTY))
                .entries()
                .forEach(latest -> all.append(json(latest.entry())).append(latest.amendment()));
        return all.toString();
    }

    private int rowsLeft(StreamName stream) throws Exception {
        RowRange all = ExpiringMessages.due(Long.MAX_VALUE - 1, 1_000);
        return await(opened.rows().read(stream.lane(), ReadSet.of(all)))
                .get(all)
                .size();
    }

    private static JsonObject json(StreamEntry entry) {
        return new JsonObject("{" + new String(entry.body(), StandardCharsets.UTF_8));
    }

    /** Fails at random, before an append or behind it. */
    private static final class BreakingStreams extends DelegatingStreams {
        private final Random random;

        BreakingStreams(StreamStore streams, Random random) {
            super(streams);
            this.random = random;
        }

        @Override
        public Future<AppendResult> append(AppendRequest append) {
            return switch (random.nextInt(3)) {
                case 0 -> Future.failedFuture(new StoreFailure("killed before"));
                case 1 -> super.append(append).compose(any -> Future.failedFuture(new StoreFailure("killed behind")));
                default -> super.append(append);
            };
        }
    }

    /** Finds only one message. */
    private static final class FailingFinds extends DelegatingStreams {
        private final String found;

        FailingFinds(StreamStore streams, String found) {
            super(streams);
            this.found = found;
        }

        @Override
        public Future<Optional<StoredMessage>> find(StreamName stream, String messageId, int searched) {
            return messageId.equals(found)
                    ? super.find(stream, messageId, searched)
                    : Future.failedFuture(new StoreFailure("away"));
        }
    }
}
