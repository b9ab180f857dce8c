package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.await;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Backlog;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import dev.portcullis.streams.redis.RedisInboxStore;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;

/** What an append to an inbox costs: where it has places, where it is full of what is delivered, and of what is not. */
final class FullInboxBench {
    private static final UserId BOB = new UserId("bob");
    private static final int ENTRIES = 1_000;
    private static final int RUNS = 400;

    private final StreamStore streams;
    private final InboxStore inboxes;
    private int ids;

    private FullInboxBench(StreamStore streams, InboxStore inboxes) {
        this.streams = streams;
        this.inboxes = inboxes;
    }

    public static void main(String[] args) throws Exception {
        try (EmbeddedStreamsFixture life =
                EmbeddedStreamsFixture.open(Files.createTempDirectory("full-inboxes"), System::currentTimeMillis)) {
            new FullInboxBench(life.streams(), life.streams().inboxes()).print("embedded");
        }
        try (RedisProcess redis = RedisProcess.start();
                RedisStreamsFixture life = RedisStreamsFixture.open(redis, () -> 0)) {
            new FullInboxBench(life.streams(), new RedisInboxStore(life.store())).print("redis");
        }
        System.exit(0);
    }

    private void print(String store) throws Exception {
        median(i -> new UserId("warm-" + i % 10));
        acknowledge();
        String places = median(i -> new UserId("early-" + i));
        acknowledge();
        median(i -> new UserId("early-" + i));
        acknowledge();
        String delivered = median(i -> new UserId("next-" + i));
        acknowledge();
        for (int i = 0; i < ENTRIES; i++) {
            append(new UserId("s" + i));
        }
        String counted = counted();
        String refused = median(i -> new UserId("more-" + i));
        for (int i = 0; i < RUNS; i++) {
            await(streams.append(request(BOB, new UserId("friend-" + i))));
        }
        String taken = median(i -> new UserId("friend-" + i));
        System.out.printf(
                "%s, medians in us: with places %s, full of delivered ones %s; of 1,000 senders: one more refused %s, a known sender's"
                        + " taken %s; the first one after an acknowledgement, which counts them, %s%n",
                store, places, delivered, refused, taken, counted);
    }

    private String median(IntFunction<UserId> sender) throws Exception {
        double[] micros = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long begun = System.nanoTime();
            append(sender.apply(i));
            micros[i] = (System.nanoTime() - begun) / 1e3;
        }
        Arrays.sort(micros);
        return "%.0f".formatted(micros[RUNS / 2]);
    }

    /** The place that an acknowledgement frees is taken, and the next entry finds none. */
    private String counted() throws Exception {
        double[] micros = new double[RUNS / 4];
        long head = await(streams.head(StreamName.inbox(BOB))).seq();
        for (int i = 0; i < micros.length; i++) {
            acknowledge(head - ENTRIES + 1 + i);
            append(new UserId("place-" + i));
            long begun = System.nanoTime();
            append(new UserId("none-" + i));
            micros[i] = (System.nanoTime() - begun) / 1e3;
        }
        Arrays.sort(micros);
        return "%.0f".formatted(micros[micros.length / 2]);
    }

    private void acknowledge(long seq) throws Exception {
        Position head = await(streams.head(StreamName.inbox(BOB)));
        await(inboxes.acknowledge(new InboxReader(BOB, Optional.empty()), new Position(head.epoch(), seq), 1));
    }

    private void acknowledge() throws Exception {
        Position head = await(streams.head(StreamName.inbox(BOB)));
        await(inboxes.acknowledge(new InboxReader(BOB, Optional.empty()), head, 1));
    }

    private void append(UserId from) throws Exception {
        await(streams.append(request(from, BOB).in(new Backlog(from, 100))));
    }

    private AppendRequest request(UserId from, UserId to) {
        String id = "m" + ++ids;
        String body = "\"type\":\"chat_message\",\"recipientId\":\"" + to.value() + "\",\"messageId\":\"" + id
                + "\",\"userId\":\"" + from.value() + "\",\"content\":\"" + "x".repeat(200) + "\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(
                        StreamName.inbox(BOB),
                        new StreamWindow(ENTRIES, 86_400_000),
                        System.currentTimeMillis(),
                        bytes,
                        Optional.empty(),
                        Optional.of(new IdempotencyKey(from, "chat_message", id, bytes, id)),
                        Long.MAX_VALUE)
                .carrying(new Message(id, from));
    }
}
