package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.ThreeNodes;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What each node of a cluster says of the others. */
class ThreeNodesStatisticsIT {
    private static final String KEY = "a key for operators";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void each_node_lists_all_with_their_stages_and_misses_one_that_has_stopped() {
        try (ThreeNodes cluster = new ThreeNodes("admin.apiKey=" + KEY)) {
            List<TestNode> nodes = List.of(cluster.node(), cluster.node(), cluster.node());
            for (TestNode node : nodes) {
                assertThat(Await.until(() -> listed(node).size() == 3)).isTrue();
                JsonObject self = figures(node).getJsonArray("nodes").getJsonObject(0);
                assertThat(self.getBoolean("self")).isTrue();
                assertThat(self.getString("node")).isEqualTo(figures(node).getString("node"));
            }
            assertThat(Await.until(() -> {
                        Set<String> first = listed(nodes.get(0));
                        return first.size() == 3
                                && first.equals(listed(nodes.get(1)))
                                && first.equals(listed(nodes.get(2)));
                    }))
                    .as("the same nodes")
                    .isTrue();
            nodes.get(2).close();
            assertThat(Await.until(() -> listed(nodes.get(0)).size() == 2)).isTrue();
        }
    }

    /** The names of those that serve all stages, and that are reached. */
    private static Set<String> listed(TestNode node) {
        return figures(node).getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getBoolean("reachable"))
                .filter(each -> each.getJsonObject("stages").size() == 5)
                .filter(each -> each.getLong("seenMs") < 60_000)
                .map(each -> each.getString("node"))
                .collect(Collectors.toSet());
    }

    private static JsonObject figures(TestNode node) {
        try {
            HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/stats"))
                    .header("Authorization", "Bearer " + KEY)
                    .build();
            return new JsonObject(HTTP.send(request, BodyHandlers.ofString()).body());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
