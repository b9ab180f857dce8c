package dev.portcullis.streams.redis;

import static dev.portcullis.streams.StreamStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Read;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxReader;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a full inbox stand in Java for one store and in Lua for the other: both do the same. */
class FullInboxTwinsTest {
    private static final UserId BOB = new UserId("bob");
    private static final UserId DELETED = new UserId("deleted");
    private static final StreamName INBOX = StreamName.inbox(BOB);
    private static final InboxReader READER = new InboxReader(BOB, Optional.empty());
    private static final Bounds ALL = new Bounds(10_000, Integer.MAX_VALUE);
    private static final long AGE_MS = 1_000_000;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private int ids;

    /** One of the two stores. */
    private record Store(StreamStore streams, InboxStore inboxes, BlockListStore blocks, ErasureStore erasures) {
        String entries() throws Exception {
            StringBuilder all = new StringBuilder();
            for (StreamEntry entry : await(streams.after(INBOX, 0, ALL)).entries()) {
                all.append(entry.position().seq())
                        .append(' ')
                        .append(new String(entry.body(), StandardCharsets.UTF_8))
                        .append('\n');
            }
            return all.toString();
        }
    }

    /** A step on each of them, with an answer that has no epoch. */
    private interface Act {
        Object on(Store store) throws Exception;
    }

    @Test
    void both_stores_answer_and_keep_the_same() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (EmbeddedStreamsFixture embedded = EmbeddedStreamsFixture.open(folder, clock);
                RedisProcess process = RedisProcess.start();
                RedisStreamsFixture redis = RedisStreamsFixture.open(process, clock)) {
            Store one = new Store(
                    embedded.streams(),
                    embedded.streams().inboxes(),
                    new BlockListStore(embedded.rows()),
                    embedded.streams().erasures());
            Store other = store(redis);
            int withGaps = 0;
            for (int step = 0; step < 1_500; step++) {
                Act act = act(random);
                assertThat(act.on(other)).as("seed %d, step %d", seed, step).isEqualTo(act.on(one));
                if (step % 10 == 0) {
                    assertThat(other.entries())
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(one.entries());
                    withGaps += one.entries().contains("\"type\":\"gap\"") ? 1 : 0;
                }
            }
            assertThat(withGaps).as("seed %d", seed).isGreaterThan(10);
        }
    }

    private Act act(Random random) {
        UserId user = new UserId("u" + Math.min(random.nextInt(25), random.nextInt(50)));
        int kept = random.nextInt(300) == 0 ? 12 : 15;
        return switch (random.nextInt(40)) {
            case 0 -> acknowledgement(random.nextInt(40));
            case 1, 2 -> append(entry(BOB, user, kept));
            case 3 -> {
                clock.pass(random.nextInt((int) AGE_MS / 20));
                yield append(entry(UserId.SYSTEM, BOB, kept).in(new Backlog(UserId.SYSTEM, 5)));
            }
            case 4 -> store -> await(store.blocks().block(BOB, user, 3, Long.MAX_VALUE));
            case 8 ->
                store -> {
                    await(store.blocks().lift(BOB, user, Long.MAX_VALUE));
                    await(store.inboxes().restartBacklog(BOB, user));
                    return "";
                };
            case 5 -> store -> await(store.erasures().disown(INBOX, Erasure.ofName(user, DELETED)));
            case 9 -> conversation(user, Order.AFTER, random.nextInt(2 * ids + 1));
            case 10 -> conversation(user, Order.BEFORE, random.nextInt(2 * ids + 1));
            case 11, 12 -> expiry("m" + (1 + random.nextInt(ids + 1)), kept);
            case 6, 7 -> deletion(user, "m" + (1 + random.nextInt(ids + 1)), kept);
            default -> append(entry(user, BOB, kept).in(new Backlog(user, 6)));
        };
    }

    /** Else an owner who acknowledges entry by entry has Redis read all bytes of the inbox each time (CWE-400). */
    @Test
    void full_inbox_is_counted_once_also_while_its_owner_acknowledges() throws Exception {
        int kept = 500;
        try (RedisProcess process = RedisProcess.start();
                RedisStreamsFixture redis = RedisStreamsFixture.open(process, clock)) {
            Store store = store(redis);
            RedisConsole console = new RedisConsole(process);
            fill(store, kept, i -> i % 10);
            long before = console.calls("lrange");
            for (int i = 0; i < 20; i++) {
                acknowledgement(kept - 2 - i).on(store);
                for (int each = 0; each < 2; each++) {
                    UserId stranger = new UserId("new" + i + "." + each);
                    append(entry(stranger, BOB, kept).in(new Backlog(stranger, 1)))
                            .on(store);
                }
            }
            assertThat(console.calls("lrange") - before)
                    .as("what is dropped is read, and not the eight parts of the inbox")
                    .isLessThanOrEqualTo(2 * 20);
        }
    }

    private static Act conversation(UserId other, Order order, long seq) {
        Read read = new Read(new DirectConversation(BOB, other), order, seq);
        return store -> {
            DirectConversation.Part part = await(store.inboxes().conversation(read, new Bounds(5, 1 << 20)));
            String entries = part.entries().stream()
                    .map(each -> each.entry().position().seq() + " " + each.state() + " "
                            + each.amendment().map(by -> by.position().seq()))
                    .collect(Collectors.joining(", "));
            return entries + (part.cut() ? " cut" : "") + (part.gap() ? " gap" : "");
        };
    }

    /** @param sender the number of the one who sends each message */
    private void fill(Store store, int kept, IntUnaryOperator sender) throws Exception {
        for (int i = 0; i < kept + 5; i++) {
            UserId from = new UserId("s" + sender.applyAsInt(i));
            append(entry(from, BOB, kept).in(new Backlog(from, kept))).on(store);
        }
    }

    private Store store(RedisStreamsFixture redis) {
        return new Store(
                redis.streams(),
                new RedisInboxStore(redis.store(), clock),
                new BlockListStore(redis.rows()),
                new RedisErasureStore(redis.store()));
    }

    /** Else who writes to an inbox while those who filled it are deleted has Redis read all bytes of it each time (CWE-400). */
    @Test
    void full_inbox_is_counted_once_also_while_those_who_filled_it_are_deleted() throws Exception {
        int kept = 500;
        try (RedisProcess process = RedisProcess.start();
                RedisStreamsFixture redis = RedisStreamsFixture.open(process, clock)) {
            Store store = store(redis);
            RedisConsole console = new RedisConsole(process);
            fill(store, kept, i -> i / 25); // the deleted ones are the last, behind many others
            long reads = 0;
            for (int i = 19; i > 9; i--) {
                await(store.erasures().disown(INBOX, Erasure.ofName(new UserId("s" + i), DELETED)));
                long before = console.calls("lrange");
                for (int each = 0; each < 5; each++) {
                    UserId stranger = new UserId("new" + i + "." + each);
                    append(entry(stranger, BOB, kept).in(new Backlog(stranger, 1)))
                            .on(store);
                }
                reads += console.calls("lrange") - before;
            }
            assertThat(reads)
                    .as(
                            "each author's first entry is looked for once, and the eight parts of the inbox are not counted again")
                    .isLessThanOrEqualTo(10 * 8 + 50);
        }
    }

    private static Act acknowledgement(int behind) {
        return store -> {
            Position head = await(store.streams().head(INBOX));
            return await(store.inboxes().acknowledge(READER, new Position(head.epoch(), head.seq() - behind), 2));
        };
    }

    private static Act append(AppendRequest entry) {
        return store -> outcome(await(store.streams().append(entry)));
    }

    private Act deletion(UserId by, String message, int kept) {
        AmendRequest deletion = new AmendRequest(
                        entry(by, BOB, kept).in(new Backlog(by, 6)),
                        message,
                        by,
                        false,
                        AmendRequest.Change.DELETE,
                        Long.MIN_VALUE,
                        100,
                        Integer.MAX_VALUE)
                .asDecided(Optional.empty());
        return store -> outcome(await(store.streams().amend(deletion)));
    }

    /** The deletion of an expired message, which counts in no backlog. */
    private Act expiry(String message, int kept) {
        String id = "m" + ++ids;
        return store -> {
            Optional<UserId> author =
                    await(store.streams().find(INBOX, message, 100)).map(StoredMessage::author);
            if (author.isEmpty()) {
                return "gone";
            }
            AmendRequest deletion = new AmendRequest(
                    entry(id, author.get(), BOB, kept),
                    message,
                    author.get(),
                    true,
                    AmendRequest.Change.DELETE,
                    Long.MIN_VALUE,
                    100,
                    Integer.MAX_VALUE);
            return outcome(await(store.streams().amend(deletion)));
        };
    }

    private static Object outcome(AppendResult result) {
        if (result instanceof AppendResult.Stored stored) {
            return stored.position().seq() + " for " + stored.trimmed();
        }
        return result instanceof AppendResult.Duplicate known ? known.position().seq() : result;
    }

    private AppendRequest entry(UserId from, UserId to, int kept) {
        return entry("m" + ++ids, from, to, kept);
    }

    private AppendRequest entry(String id, UserId from, UserId to, int kept) {
        String body = "\"type\":\"chat_message\",\"recipientId\":\"" + to.value() + "\",\"messageId\":\"" + id
                + "\",\"userId\":\"" + from.value() + "\",\"content\":\"hello\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                        INBOX,
                        new StreamWindow(kept, AGE_MS),
                        clock.getAsLong(),
                        bytes,
                        Optional.empty(),
                        Optional.of(new IdempotencyKey(from, "chat_message", id, bytes, id)),
                        Long.MAX_VALUE)
                .carrying(new Message(id, from));
    }
}
