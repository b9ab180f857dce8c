package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other nodes notice of a node that stops, planned or not. */
@Tag("faults")
class LeavingIT {
    private static final String ROOM = "lobby";
    private static final String OTHER_STAGES = "stages={\"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}";
    private static final long SLOWEST_MS = 250;
    private static final int CONNECTIONS = 20;
    private static final int MESSAGES = 10;

    @TempDir
    Path folder;

    private final RedisProcess redis = RedisProcess.start();
    private final List<Integer> ports = List.of(FreePort.find(), FreePort.find());
    private final List<ForkedNode> nodes = new ArrayList<>();

    private record Leaving(ChatPeer peer, long slot) {}

    @AfterEach
    void close() {
        nodes.forEach(ForkedNode::close);
        redis.close();
    }

    /** Its drain window is longer than twice the time after which a node without pings counts as isolated. */
    @Test
    void draining_node_receives_messages_until_its_last_connection_is_closed() throws Exception {
        ForkedNode leaving = node(0, "cluster.isolatedAfterMs=6000", "drain.windowMs=14000");
        ForkedNode staying = node(1);
        try (ChatPeer ben = staying.enter("ben")) {
            ben.join(ROOM);
            List<ChatPeer> peers = IntStream.range(0, CONNECTIONS)
                    .mapToObj(i -> (ChatPeer) leaving.enter("ann-" + i))
                    .toList();
            peers.forEach(peer -> peer.join(ROOM));
            long usualMs = medianOfMessages(ben, peers.get(0), "before");
            leaving.process().terminate();
            List<ChatPeer> bySlot = peers.stream()
                    .map(peer -> new Leaving(peer, peer.next("server_draining").getLong("reconnectInMs")))
                    .sorted(Comparator.comparingLong(Leaving::slot))
                    .map(Leaving::peer)
                    .toList();
            ChatPeer last = bySlot.get(CONNECTIONS - 1);
            assertThat(medianOfMessages(ben, last, "draining"))
                    .as("as late as from the check of the head")
                    .isLessThan(2 * usualMs + SLOWEST_MS);
            for (ChatPeer peer : bySlot) {
                assertThat(peer.ended()).isEqualTo(1012);
            }
            assertThat(ben.say(ROOM, "bye", "bye").getString("type")).isEqualTo("ack");
        }
        assertThat(leaving.process().ended().code()).isZero();
        assertThat(leaving.process().err().lines()).noneMatch(line -> line.contains("cluster.isolated"));
    }

    @Test
    void edge_is_not_ready_without_the_other_stages() throws Exception {
        ForkedNode core = node(0, OTHER_STAGES);
        ForkedNode edge = node(1, "stages={\"edge\": 1}");
        edge.enter("ann").close();
        core.kill();
        edge.awaitReadiness(503);
        node(0, OTHER_STAGES);
        edge.awaitReadiness(200);
        edge.enter("ann").close();
    }

    private ForkedNode node(int number, String... sets) throws Exception {
        JsonArray members = new JsonArray();
        ports.forEach(port -> members.add("127.0.0.1:" + port));
        String[] all = Stream.concat(
                        Stream.of(
                                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                                "cluster.enabled=true",
                                "cluster.port=" + ports.get(number),
                                "cluster.bus.port=0",
                                "cluster.members=" + members.encode(),
                                "drain.windowMs=0"),
                        Stream.of(sets))
                .toArray(String[]::new);
        ForkedNode node = ForkedNode.generous(ForkedNode.configIn(folder), all);
        nodes.add(node);
        return node;
    }

    /** How long half of the messages to a peer take at most, each answered by it. */
    private static long medianOfMessages(ChatPeer from, ChatPeer to, String text) {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            String asked = text + i;
            long startedAt = System.nanoTime();
            from.say(ROOM, asked, asked);
            to.next(frame -> asked.equals(frame.getString("content")), asked);
            took.add(millisSince(startedAt));
            String answer = "re-" + asked;
            to.say(ROOM, answer, answer);
            to.next(frame -> answer.equals(frame.getString("content")), answer);
        }
        return took.stream().sorted().toList().get(MESSAGES / 2);
    }

    private static long millisSince(long startedAt) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    }
}
