package dev.portcullis.streams;

import static dev.portcullis.streams.StreamStoreContract.await;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import dev.portcullis.streams.redis.RedisInboxStore;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;

/**
 * Prints what the history of a conversation of one message and the search for an unknown message cost in a full inbox of typical
 * and of the largest messages. Run it by hand.
 */
final class ConversationBench {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId EVE = new UserId("eve");
    private static final int ENTRIES = 1_000;
    private static final int RUNS = 40;

    private ConversationBench() {}

    public static void main(String[] args) throws Exception {
        for (int bytes : new int[] {350, 25_000}) {
            try (EmbeddedStreamsFixture life = EmbeddedStreamsFixture.open(
                    Files.createTempDirectory("conversations"), System::currentTimeMillis)) {
                print("embedded", life.streams(), life.streams().inboxes(), bytes);
            }
            try (RedisProcess redis = RedisProcess.start();
                    RedisStreamsFixture life = RedisStreamsFixture.open(redis, () -> 0)) {
                print("redis", life.streams(), new RedisInboxStore(life.store()), bytes);
            }
        }
        System.exit(0);
    }

    private static void print(String store, StreamStore streams, InboxStore inboxes, int bytes) throws Exception {
        String text = "x".repeat(bytes);
        for (int i = 0; i < ENTRIES; i++) {
            UserId author = i == 0 ? EVE : ANN;
            String body = "\"type\":\"chat_message\",\"recipientId\":\"bob\",\"messageId\":\"m" + i + "\",\"userId\":\""
                    + author.value() + "\",\"content\":\"" + text + "\"}";
            await(streams.append(new AppendRequest(
                            StreamName.inbox(BOB),
                            new StreamWindow(ENTRIES, 86_400_000),
                            System.currentTimeMillis(),
                            body.getBytes(StandardCharsets.UTF_8),
                            Optional.of(author),
                            Optional.empty(),
                            Long.MAX_VALUE)
                    .carrying(new Message("m" + i, author))));
        }
        double[] history = new double[RUNS];
        double[] search = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long begun = System.nanoTime();
            history(inboxes);
            history[i] = (System.nanoTime() - begun) / 1e6;
            begun = System.nanoTime();
            await(streams.find(StreamName.inbox(BOB), "unknown", ENTRIES));
            search[i] = (System.nanoTime() - begun) / 1e6;
        }
        Arrays.sort(history);
        Arrays.sort(search);
        System.out.printf(
                "%s, %d entries of %d bytes: conversation of one message %.1f ms, unknown message %.1f ms%n",
                store, ENTRIES, bytes, history[RUNS / 2], search[RUNS / 2]);
    }

    private static void history(InboxStore inboxes) throws Exception {
        DirectConversation.Read read =
                new DirectConversation.Read(new DirectConversation(BOB, EVE), Order.BEFORE, Long.MAX_VALUE);
        int found = await(inboxes.conversation(read, new Bounds(50, 1 << 18)))
                .entries()
                .size();
        if (found != 1) {
            throw new IllegalStateException("found " + found);
        }
    }
}
