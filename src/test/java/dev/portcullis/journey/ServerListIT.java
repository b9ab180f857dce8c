package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A list of the application's server whose messages do not all fit: one bad message keeps no other from its room. */
class ServerListIT {
    private static final String KEY = "a-key-of-this-test-only";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void message_that_does_not_fit_has_its_own_outcome_and_holds_up_no_other() throws Exception {
        try (TestNode node = TestNode.generous("admin.apiKey=" + KEY);
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann", "news"))) {
            ann.next("auth_success");
            ann.join("news");
            String list =
                    "{\"messages\":[{\"content\":\"one\"},{\"content\":\"\"},{\"content\":\"a\",\"userId\":\"ann\",\"id\":\"no id\"},7,{},"
                            + "{\"content\":\"%s\"},{\"content\":\"two\"}]}".formatted("x".repeat(1_001));

            JsonArray results = send(node, list);

            assertThat(errors(results))
                    .containsExactly(
                            "",
                            "/content minLength",
                            "/id pattern, /userId additionalProperties",
                            "/messages/3 type",
                            " oneOf",
                            "/content maxLength",
                            "");
            assertThat(ann.next("chat").getString("content")).isEqualTo("one");
            assertThat(ann.next("chat").getString("content")).isEqualTo("two");

            assertThat(send(node, list)).as("repeated under its key").isEqualTo(results);
            assertThat(errors(send(node, "{\"messages\":[{},[]]}"))).containsExactly(" oneOf", "/messages/1 type");
            assertThat(errors(send(node, "{\"messages\":[{\"content\":\"a\",\"attachments\":[7]}]}")))
                    .containsExactly("/attachments/0 type");
        }
    }

    @Test
    void data_of_each_event_have_the_bounds_of_one_and_hold_up_no_other() throws Exception {
        try (TestNode node = TestNode.generous("admin.apiKey=" + KEY, "events={\"board\": {\"schema\": {}}}");
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann", "news"))) {
            ann.next("auth_success");
            ann.join("news");
            String most = board("[" + "1,".repeat(4_998) + "1]");
            String tooMany = board("[" + "1,".repeat(4_999) + "1]");
            String longName = board("{\"" + "x".repeat(129) + "\":1}");

            assertThat(errors(send(node, list(most, tooMany, longName, "{\"content\":\"one\"}"))))
                    .containsExactly("", "/data schema", "/data propertyNames", "");
            assertThat(errors(send(node, list(Collections.nCopies(100, most).toArray(String[]::new)))))
                    .hasSize(100)
                    .containsOnly("");
            assertThat(errors(send(
                            node, list("{\"content\":\"a\",\"" + "x".repeat(129) + "\":1}", "{\"content\":\"b\"}"))))
                    .containsExactly(" propertyNames", "");

            assertThat(answer(node, most)).contains("messageId");
            assertThat(answer(node, tooMany)).contains("\"path\":\"/data\",\"rule\":\"schema\"");
            ann.send("{\"type\":\"event\",\"roomId\":\"news\",\"id\":\"m\"," + most.substring(1));
            assertThat(ann.next("ack").getString("id")).isEqualTo("m");
            ann.send("{\"type\":\"event\",\"roomId\":\"news\",\"id\":\"t\"," + tooMany.substring(1));
            assertThat(ann.next("error").getJsonArray("details").encode())
                    .isEqualTo("[{\"path\":\"/data\",\"rule\":\"schema\"}]");
        }
    }

    private static String board(String data) {
        return "{\"event\":\"board\",\"data\":" + data + "}";
    }

    private static String list(String... messages) {
        return "{\"messages\":[" + String.join(",", messages) + "]}";
    }

    private static JsonArray send(TestNode node, String body) throws Exception {
        return new JsonObject(answer(node, body)).getJsonArray("results");
    }

    private static String answer(TestNode node, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/rooms/news/messages"))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "k" + body.length())
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString()).body();
    }

    /** What is wrong with each message; nothing if it was stored. */
    private static List<String> errors(JsonArray results) {
        return objects(results)
                .map(result -> result.containsKey("messageId")
                        ? ""
                        : String.join(
                                ", ",
                                objects(result.getJsonObject("error").getJsonArray("details"))
                                        .map(each -> each.getString("path") + " " + each.getString("rule"))
                                        .sorted()
                                        .toList()))
                .toList();
    }

    private static Stream<JsonObject> objects(JsonArray list) {
        return list.stream().map(JsonObject.class::cast);
    }
}
