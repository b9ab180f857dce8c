package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node is killed while messages end: after its start each of them is deleted once, and no text is left (CWE-404). */
@Tag("faults")
class KilledExpiryIT {
    private static final String ROOM = "lobby";
    private static final int MESSAGES = 200;
    private static final long LASTS_MS = 10_000;
    private static final int PAGE = 100;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void embedded_store_deletes_each_message_once() throws Exception {
        survive();
    }

    @Test
    void redis_deletes_each_message_once() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            survive("store.kind=redis", "store.path=null", "store.redis.uri=" + redis.uri());
        }
    }

    private void survive(String... store) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        List<String> sets = new ArrayList<>(List.of(store));
        sets.add("streams.room.entries=" + 3 * MESSAGES);
        ForkedNode node = ForkedNode.generous(config, sets.toArray(String[]::new));
        try {
            killWhileMessagesEnd(node);
            node.close();
            node = ForkedNode.generous(config, sets.toArray(String[]::new));
            judge(node);
        } finally {
            node.close();
        }
    }

    private void killWhileMessagesEnd(ForkedNode node) {
        try (ChatPeer ann = node.enter("ann")) {
            ann.join(ROOM);
            long end = System.currentTimeMillis() + LASTS_MS;
            for (int i = 0; i < MESSAGES; i++) {
                long left = Math.max(1_000, end - System.currentTimeMillis());
                ann.ask(new JsonObject()
                        .put("type", "chat")
                        .put("roomId", ROOM)
                        .put("content", "secret " + i)
                        .put("expiresInMs", left)
                        .put("id", "c" + i));
            }
            for (int until = 1 + random.nextInt(MESSAGES - 1); until > 0; until--) {
                ann.next("message_deleted");
            }
            node.kill();
        }
    }

    private void judge(ForkedNode node) {
        try (ChatPeer ben = node.enter("ben")) {
            ben.join(ROOM);
            Set<Long> deleted = entries(ben).stream()
                    .map(entry -> entry.getLong("seq"))
                    .filter(seq -> seq > MESSAGES)
                    .collect(Collectors.toCollection(HashSet::new));
            while (deleted.size() < MESSAGES) {
                deleted.add(ben.next("message_deleted").getLong("seq"));
            }
            List<JsonObject> entries = entries(ben);
            assertThat(entries)
                    .as("seed %d", seed)
                    .allMatch(entry -> "message_deleted".equals(entry.getString("type")))
                    .noneMatch(entry -> entry.encode().contains("secret"));
            assertThat(entries.stream().map(entry -> entry.getLong("seq")))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 2L * MESSAGES).boxed().toList());
            assertThat(entries.stream()
                            .collect(
                                    Collectors.groupingBy(entry -> entry.getString("messageId"), Collectors.counting()))
                            .values())
                    .as("the place of each message, and its deletion")
                    .hasSize(MESSAGES)
                    .containsOnly(2L);
        }
    }

    /** All entries of the room, as they were appended. */
    private static List<JsonObject> entries(ChatPeer by) {
        List<JsonObject> all = new ArrayList<>();
        JsonObject page;
        do {
            long after = all.isEmpty() ? 0 : all.get(all.size() - 1).getLong("seq");
            page = by.ask(new JsonObject()
                    .put("type", "history")
                    .put("roomId", ROOM)
                    .put("after", after)
                    .put("limit", PAGE)
                    .put("id", "h" + after + "x" + all.size()));
            page.getJsonArray("messages").forEach(each -> all.add((JsonObject) each));
        } while (page.getBoolean("more"));
        return all;
    }
}
