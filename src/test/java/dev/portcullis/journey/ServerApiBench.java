package dev.portcullis.journey;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints messages a second to a room with one member, from the first call to the last delivery: by one WebSocket, each frame
 * after an ack, and by the application's server in calls of 1, 10 and 100 messages, one call after the other. All in the same
 * run, with a store that syncs each commit, so that the ratios count. Run it by hand.
 */
final class ServerApiBench {
    private static final String KEY = "a-key-of-this-bench-only";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServerApiBench() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int messages = args.length > 1 ? Integer.parseInt(args[1]) : 2_000;
        try (TestNode node = TestNode.generous(
                "admin.apiKey=\"" + KEY + "\"",
                "store.fsync=true",
                "admin.messages.perSecond=1000000",
                "ratelimit.actions={\"join\": 100000}")) {
            for (int round = 1; round <= rounds; round++) {
                double socket = socket(node, messages, "socket-" + round);
                System.out.printf("round %d: by WebSocket %.0f messages a second%n", round, socket);
                for (int size : List.of(1, 10, 100)) {
                    double calls = calls(node, messages, size, "calls-" + size + "-" + round);
                    System.out.printf(
                            "round %d: by calls of %d %.0f messages a second, ratio %.2f%n",
                            round, size, calls, calls / socket);
                }
            }
        }
        System.exit(0);
    }

    private static double socket(TestNode node, int messages, String room) {
        try (JdkPeer member = joined(node, "member", room);
                JdkPeer sender = joined(node, "sender", room)) {
            long start = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                sender.say(room, "message " + i, "m" + i);
            }
            return rate(member, messages, start);
        }
    }

    private static double calls(TestNode node, int messages, int size, String room) throws Exception {
        try (JdkPeer member = joined(node, "member", room)) {
            long start = System.nanoTime();
            for (int i = 0; i < messages; i += size) {
                List<JsonObject> list = new ArrayList<>();
                for (int j = i; j < i + size; j++) {
                    list.add(new JsonObject().put("content", "message " + j));
                }
                HttpResponse<String> response = CLIENT.send(
                        HttpRequest.newBuilder(node.admin("/admin/rooms/" + room + "/messages"))
                                .header("Authorization", "Bearer " + KEY)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(new JsonObject()
                                        .put("messages", new JsonArray(list))
                                        .encode()))
                                .build(),
                        BodyHandlers.ofString());
                if (response.statusCode() != 200 || response.body().contains("error")) {
                    throw new AssertionError(response.body());
                }
            }
            return rate(member, messages, start);
        }
    }

    private static double rate(JdkPeer member, int messages, long start) {
        for (int i = 0; i < messages; i++) {
            member.next("chat");
        }
        return messages * 1e9 / (System.nanoTime() - start);
    }

    private static JdkPeer joined(TestNode node, String user, String room) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), node.token(user, room));
        peer.next("auth_success");
        peer.join(room);
        return peer;
    }
}
