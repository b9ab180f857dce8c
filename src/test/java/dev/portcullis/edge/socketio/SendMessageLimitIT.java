package dev.portcullis.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socketio.EngineClient.Socket;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A user who spreads over nodes gains no message. */
class SendMessageLimitIT {
    private static final int LIMIT = 3;
    private static final long A_MINUTE = 60_000;

    @Test
    void user_on_two_nodes_sends_no_more_messages_than_on_one() {
        List<Integer> ports = Stream.generate(FreePort::find).limit(2).toList();
        List<TestNode> nodes = new ArrayList<>();
        RedisProcess redis = RedisProcess.start();
        try {
            ports.forEach(port -> nodes.add(start(redis, port, ports)));
            List<Socket> sockets =
                    nodes.stream().map(SendMessageLimitIT::member).toList();
            long begun = System.nanoTime();
            int passed = (int) IntStream.range(0, 4 * LIMIT)
                    .filter(i -> passes(sockets.get(i % 2), i))
                    .count();
            long windows = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) / A_MINUTE + 1;
            assertThat(passed).isPositive().isLessThanOrEqualTo((int) (LIMIT * windows));
        } finally {
            TestNode.close(nodes);
            redis.close();
        }
    }

    private static TestNode start(RedisProcess redis, int port, List<Integer> ports) {
        return TestNode.steady(
                "stages={\"edge\": 1, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "cluster.enabled=true",
                "cluster.port=" + port,
                "cluster.bus.port=0",
                "cluster.members="
                        + ports.stream()
                                .map(each -> "\"127.0.0.1:" + each + "\"")
                                .toList(),
                "ratelimit.actions={\"send-message\": " + LIMIT + "}");
    }

    private static Socket member(TestNode node) {
        Socket socket = new EngineClient(node).socket();
        socket.next();
        return socket.connect(node.token("ann")).join("lobby");
    }

    private static boolean passes(Socket socket, int number) {
        socket.send("42" + number
                + new JsonArray()
                        .add("send-message")
                        .add(new JsonObject().put("roomId", "lobby").put("message", "m" + number)));
        String prefix = "43" + number + "[";
        String packet = socket.next();
        while (!packet.startsWith(prefix)) {
            assertThat(packet).doesNotStartWith(Socket.CLOSED);
            packet = socket.next();
        }
        String type = new JsonArray(packet.substring(prefix.length() - 1))
                .getJsonObject(0)
                .getString("type");
        assertThat(type).isIn("ack", "rate_limited", "error"); // on a busy machine a stage may answer too late
        return type.equals("ack");
    }
}
