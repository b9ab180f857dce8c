package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** On one node with its embedded archive, and what differs without one. */
class SearchIT extends SearchContract {
    @Override
    List<TestNode> site(String... sets) {
        return List.of(TestNode.generous(Stream.concat(Stream.of(sets), Stream.of("archive.kind=embedded"))
                .toArray(String[]::new)));
    }

    @Test
    void search_over_its_limit_is_refused_for_frames_and_calls_together() {
        try (TestNode node = TestNode.generous("archive.kind=embedded", "ratelimit.actions={\"search\": 20}");
                ChatPeer ann = node.enter("ann")) {
            for (int i = 0; i < 19; i++) {
                assertThat(ann.ask(search("x")).getString("type")).isEqualTo("search");
            }
            assertThat(call(node).statusCode()).isEqualTo(200);
            JsonObject over = ann.ask(search("x"));
            assertThat(over.getString("type")).isEqualTo("rate_limited");
            assertThat(over.getString("scope")).isEqualTo("action");
            HttpResponse<String> called = call(node);
            assertThat(called.statusCode()).isEqualTo(429);
            assertThat(called.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void server_without_an_archive_offers_no_search() {
        try (TestNode node = TestNode.generous("archive.kind=none");
                ChatPeer ann = node.enter("ann")) {
            assertThat(ann.ask(search("x")).getString("reason")).isEqualTo("unsupported");
            assertThat(call(node).statusCode()).isEqualTo(501);
        }
    }

    private static HttpResponse<String> call(TestNode node) {
        HttpRequest request = HttpRequest.newBuilder(node.http("/api/search?query=x"))
                .header("Authorization", "Bearer " + node.token("ann"))
                .build();
        return PatientCalls.send(HttpClient.newHttpClient(), request);
    }
}
