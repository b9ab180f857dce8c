package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.cli.Started;
import dev.portcullis.app.cli.StartupBanner;
import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An operator must see that a cluster is smaller than it should be. */
class ClusterSizeIT {
    private static final String KEY = "a-key-of-sixteen-or-more";

    @Test
    void node_prints_the_number_of_nodes_at_its_start_and_keeps_it_as_a_metric() throws Exception {
        int first = FreePort.find();
        try (RedisProcess redis = RedisProcess.start();
                Node one = Started.node(config(redis, first, first))) {
            assertThat(StartupBanner.of("0", config(redis, first, first), one).text())
                    .contains(", the first node |");
            assertThat(scrape(one)).contains("portcullis_cluster_nodes 1.0");
            NodeConfig joining = config(redis, FreePort.find(), first);
            try (Node two = Started.node(joining)) {
                assertThat(StartupBanner.of("0", joining, two).text()).contains(", 2 nodes |");
                assertThat(Await.until(() -> scrape(one).contains("portcullis_cluster_nodes 2.0")))
                        .isTrue();
            }
            assertThat(Await.until(() -> scrape(one).contains("portcullis_cluster_nodes 1.0")))
                    .isTrue();
        }
    }

    private static NodeConfig config(RedisProcess redis, int port, int member) {
        List<String> sets = List.of(
                "http.port=0",
                "admin.port=0",
                "admin.apiKey=" + KEY,
                "drain.windowMs=0",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "cluster.enabled=true",
                "cluster.port=" + port,
                "cluster.bus.port=0",
                "cluster.members=[\"127.0.0.1:" + member + "\"]");
        return ConfigFile.load(Configs.of("{}"), sets, Map.of(), NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    private static String scrape(Node node) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.adminPort() + "/metrics"))
                .header("Authorization", "Bearer " + KEY)
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
