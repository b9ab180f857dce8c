package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
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
                assertThat(Await.until(() -> isWhole(figures(node, "?cluster=true"))))
                        .isTrue();
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
            try (ChatPeer ann = nodes.get(0).enter("ann");
                    ChatPeer ben = nodes.get(1).enter("ben")) {
                assertThat(ann.isOpen() && ben.isOpen()).isTrue();
                assertThat(Await.until(() -> {
                            JsonObject seen = figures(nodes.get(2), "?cluster=true");
                            return isWhole(seen)
                                    && seen.getJsonObject("totals").getInteger("connections") == 2
                                    && seen.getJsonObject("totals").getInteger("sessions") == 2
                                    && connections(seen).equals(List.of(0, 1, 1));
                        }))
                        .as("the connections of all nodes")
                        .isTrue();
            }
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

    /** Whether three nodes have told their load, and no sum lacks one. */
    private static boolean isWhole(JsonObject figures) {
        return connections(figures).size() == 3
                && figures.getJsonObject("totals").getInteger("nodes") == 3
                && figures.getJsonObject("totals").getJsonArray("missing").isEmpty();
    }

    /** Of the nodes that have told their load, the fewest first. */
    private static List<Integer> connections(JsonObject figures) {
        return figures.getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.containsKey("load"))
                .map(each -> each.getJsonObject("load").getInteger("connections"))
                .sorted()
                .toList();
    }

    private static JsonObject figures(TestNode node) {
        return figures(node, "");
    }

    private static JsonObject figures(TestNode node, String query) {
        try {
            HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/stats" + query))
                    .header("Authorization", "Bearer " + KEY)
                    .build();
            return new JsonObject(HTTP.send(request, BodyHandlers.ofString()).body());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
