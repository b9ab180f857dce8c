package dev.portcullis.cluster;

import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Section;
import dev.portcullis.store.redis.RedisConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Configurations and settings shared by the tests of the cluster. */
final class ClusterFixture {
    private ClusterFixture() {}

    static ClusterConfig config(String... sets) {
        return load(List.of(sets), root -> ClusterConfig.read(root.section("cluster")));
    }

    /** A node at one of these ports, all on loopback. Its timeouts are so long that no test reaches them. */
    static ClusterConfig node(int port, List<Integer> all, String... sets) {
        List<String> known = new ArrayList<>(List.of(
                "cluster.enabled=true",
                "cluster.port=" + port,
                "cluster.bus.port=0",
                "cluster.memberTimeoutMs=60000",
                "cluster.directoryTtlMs=60000",
                "cluster.isolatedAfterMs=120000",
                "cluster.members=["
                        + String.join(
                                ",",
                                all.stream()
                                        .map(each -> "\"127.0.0.1:" + each + "\"")
                                        .toList()) + "]"));
        known.addAll(List.of(sets));
        return config(known.toArray(String[]::new));
    }

    /** With timeouts for a slow machine. */
    static RedisConfig redis(String uri) {
        return load(
                List.of("store.redis.uri=" + uri, "store.redis.timeoutMs=5000", "store.redis.connectMs=10000"),
                root -> RedisConfig.read(root.section("store").section("redis")));
    }

    static List<String> problems(String... sets) {
        return ConfigFile.load(empty(), List.of(sets), Map.of(), root -> ClusterConfig.read(root.section("cluster")))
                .fold(
                        good -> List.of(),
                        bad -> bad.problems().stream().map(Problem::toString).toList());
    }

    static SharedSettings settings(String name) {
        return new SharedSettings(1, Map.of(SharedSetting.NAME, Set.of(name), SharedSetting.LANES, Set.of("256")));
    }

    private static <T> T load(List<String> sets, Function<Section, T> read) {
        return ConfigFile.load(empty(), sets, Map.of(), read).fold(loaded -> loaded.value(), bad -> {
            throw new AssertionError(bad.problems());
        });
    }

    private static Path empty() {
        try {
            Path file = Files.createTempFile("portcullis", ".json");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "{}");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
