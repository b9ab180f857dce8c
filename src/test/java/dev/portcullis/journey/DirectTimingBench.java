package dev.portcullis.journey;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;

/**
 * Prints how long a sender waits for the ack of a direct message, alternately to a user who blocks them and to one who does not,
 * both away: of a new message and of one that is repeated. Their ratio is what a blocked sender could measure. Run it by
 * hand.
 */
final class DirectTimingBench {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final List<String> RECIPIENTS = List.of("blocking", "away");

    private DirectTimingBench() {}

    public static void main(String[] args) throws Exception {
        int messages = args.length > 0 ? Integer.parseInt(args[0]) : 2_000;
        try (TestNode node = TestNode.generous("direct.undelivered=10000", "streams.inbox.entries=100000")) {
            print("embedded", node, messages);
        }
        RedisProcess redis = RedisProcess.start();
        try (TestNode node = TestNode.generous(
                "direct.undelivered=10000",
                "streams.inbox.entries=100000",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri())) {
            print("redis", node, messages);
        } finally {
            redis.close();
        }
        System.exit(0);
    }

    private static void print(String store, TestNode node, int messages) throws Exception {
        CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + "/api/blocks/ann"))
                        .header("Authorization", "Bearer " + node.token("blocking"))
                        .PUT(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());
        try (JdkPeer ann = node.enter("ann")) {
            measure(ann, messages, "warm");
            for (String kind : List.of("new", "repeated")) {
                double[] medians = measure(ann, messages, "m"); // the second time all are known
                System.out.printf(
                        "%s, %s: blocked %.0f us, not blocked %.0f us, ratio %.3f%n",
                        store, kind, medians[0] / 1_000, medians[1] / 1_000, medians[0] / medians[1]);
            }
        }
    }

    private static double[] measure(JdkPeer ann, int messages, String ids) {
        long[][] nanos = new long[RECIPIENTS.size()][messages];
        for (int i = 0; i < messages; i++) {
            for (int j = 0; j < RECIPIENTS.size(); j++) {
                int to = (i + j) % RECIPIENTS.size();
                long begun = System.nanoTime();
                JsonObject ack = ann.ask(new JsonObject()
                        .put("type", "chat_message")
                        .put("recipientId", RECIPIENTS.get(to))
                        .put("content", "hello")
                        .put("id", ids + "-" + i));
                nanos[to][i] = System.nanoTime() - begun;
                if (!"ack".equals(ack.getString("type"))) {
                    throw new AssertionError(ack.encode());
                }
            }
        }
        return Arrays.stream(nanos)
                .mapToDouble(each -> {
                    Arrays.sort(each);
                    return each[each.length / 2];
                })
                .toArray();
    }
}
