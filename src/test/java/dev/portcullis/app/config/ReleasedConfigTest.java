package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Problem;
import dev.portcullis.kit.SelfSigned;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that come with the source. */
class ReleasedConfigTest {
    private static final String DEV = "conf/dev.json";
    private static final String NODE = "conf/node.json";
    private static final String API_KEY = "an-api-key-of-the-tests-and-nothing-else";
    private static final Map<String, String> ENVIRONMENT =
            Map.of("JWT_SECRET", Configs.SECRET, "ADMIN_API_KEY", API_KEY);
    private static final Map<String, String> IN_A_CLUSTER = Map.of(
            "JWT_SECRET",
            Configs.SECRET,
            "ADMIN_API_KEY",
            API_KEY,
            "REDIS_URI",
            "rediss://portcullis:secret@redis.internal:6379",
            "NODE_HOST",
            "10.0.0.1");
    private static final String CLUSTER = "conf/cluster.json";
    private static final String EDGE = "conf/edge.json";
    private static final String CORE = "conf/core.json";
    private static final String TLS = "cluster.tls={\"certificate\": \"%s\", \"key\": \"%s\", \"ca\": \"%s\"}"
            .formatted(
                    SelfSigned.any().certificate(),
                    SelfSigned.any().key(),
                    SelfSigned.any().certificate());
    private static final String FIREWALLED = "cluster.trustedNetwork=true";

    @Test
    void for_one_s_own_machine_everything_is_there() {
        NodeConfig config = good(DEV, Map.of());
        assertThat(config.dev()).isTrue();
        assertThat(config.publicListener()).isEqualTo(new HostPort("127.0.0.1", 8080));
        assertThat(config.adminListener()).isEqualTo(new HostPort("127.0.0.1", 9090));
        assertThat(config.rooms().open()).extracting(Object::toString).containsExactlyInAnyOrder("lobby", "room-1");
        assertThat(ExposureWarnings.of(config).descriptions())
                .as("said at the start, each of them")
                .containsExactly(
                        "no TLS needed", "no Origin needed", "a dev-only secret", "public rooms (lobby, room-1)");
        assertThat(config.store().path())
                .as("a conversation outlives a restart, wherever the node was started")
                .contains(Path.of("data/dev").toAbsolutePath().toString());
    }

    /** Its secret is published: whoever reaches such a node is admin on it (CWE-798). */
    @ParameterizedTest
    @ValueSource(strings = {"http.host", "admin.host"})
    void the_one_for_one_s_own_machine_listens_nowhere_else(String key) {
        assertThat(problems(DEV, Map.of(), key + "=0.0.0.0"))
                .singleElement()
                .asString()
                .startsWith(key + ": reaches beyond this machine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "::/0"})
    void proxies_that_anybody_may_be_are_left_open(String anybody) {
        NodeConfig config = good(NODE, ENVIRONMENT, "http.trustedProxies=[\"10.0.0.0/8\",\"" + anybody + "\"]");
        assertThat(ExposureWarnings.of(config).descriptions()).containsExactly("anybody's X-Forwarded-For");
    }

    @Test
    void for_a_node_two_secrets_come_from_the_environment_and_nothing_is_left_open() {
        NodeConfig config = good(NODE, ENVIRONMENT);
        assertThat(config.dev()).isFalse();
        assertThat(config.auth().tokens().issuers())
                .singleElement()
                .satisfies(issuer -> assertThat(issuer.secret().reveal()).isEqualTo(Configs.SECRET));
        assertThat(config.admin().apiKey().orElseThrow().reveal()).isEqualTo(API_KEY);
        assertThat(config.tls().required()).isTrue();
        assertThat(ExposureWarnings.of(config).descriptions()).isEmpty();
        assertThat(config.store().path())
                .contains(Path.of("data/store").toAbsolutePath().toString());
    }

    /** Else a token that the same key made for another application would be good here. */
    @ParameterizedTest
    @ValueSource(strings = {NODE, CLUSTER, CORE})
    void whoever_copies_a_file_for_production_says_whose_tokens_are_meant(String file) {
        assertThat(good(file, IN_A_CLUSTER, pretended(file)).auth().tokens().issuers())
                .singleElement()
                .satisfies(issuer -> {
                    assertThat(issuer.issuer()).contains("https://chat.example.com");
                    assertThat(issuer.audience()).contains("portcullis");
                });
    }

    @Test
    void no_file_puts_all_sockets_on_one_loop() {
        int cores = Runtime.getRuntime().availableProcessors();
        for (String file : List.of(DEV, NODE, CLUSTER)) {
            assertThat(good(file, IN_A_CLUSTER, pretended(file)).instances(Stage.EDGE))
                    .as(file)
                    .isEqualTo(Math.min(64, cores));
        }
        assertThat(good(EDGE, IN_A_CLUSTER, pretended(EDGE)).instances(Stage.EDGE))
                .isGreaterThan(1);
    }

    @Test
    void without_its_secrets_a_node_does_not_start_and_each_is_named() {
        assertThat(problems(NODE, Map.of()))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("JWT_SECRET"))
                .anySatisfy(problem -> assertThat(problem).contains("ADMIN_API_KEY"));
    }

    @ParameterizedTest
    @CsvSource({DEV + ", edge", DEV + ", broadcast", NODE + ", edge", NODE + ", auth"})
    void one_stage_can_be_given_more_instances_and_the_others_stay(String file, String stage) {
        NodeConfig config = good(file, ENVIRONMENT, "stages." + stage + "=2");
        assertThat(config.stages())
                .hasSize(5)
                .allSatisfy((each, instances) -> assertThat(instances)
                        .isEqualTo(
                                each.id().equals(stage)
                                        ? 2
                                        : good(file, ENVIRONMENT).instances(each)));
    }

    @ParameterizedTest
    @ValueSource(strings = {CLUSTER, EDGE, CORE})
    void no_node_of_a_cluster_starts_before_somebody_vouches_for_its_network(String file) {
        assertThat(problems(file, IN_A_CLUSTER, TLS))
                .singleElement()
                .asString()
                .startsWith("cluster.trustedNetwork: is false, and the cluster reaches beyond this machine")
                .contains("neither TLS nor authentication");
        NodeConfig config = good(file, IN_A_CLUSTER, FIREWALLED, TLS);
        assertThat(ExposureWarnings.of(config).descriptions()).containsExactly("Hazelcast to whoever reaches cluster.port");
        assertThat(config.cluster().tls()).as("the bus is closed").isPresent();
    }

    @Test
    void a_plain_way_to_redis_is_said_where_it_leaves_the_machine() {
        String vouched = "store.redis.trustedNetwork=true";
        assertThat(ExposureWarnings.of(
                                good(CLUSTER, IN_A_CLUSTER, FIREWALLED, TLS, vouched, "store.redis.uri=redis://r:6379"))
                        .descriptions())
                .contains("Redis in plain text");
        assertThat(ExposureWarnings.of(good(
                                CLUSTER, IN_A_CLUSTER, FIREWALLED, TLS, vouched, "store.redis.uri=redis://127.0.0.1"))
                        .descriptions())
                .doesNotContain("Redis in plain text");
    }

    @ParameterizedTest
    @ValueSource(strings = {CLUSTER, EDGE, CORE})
    void no_node_of_a_cluster_starts_without_its_certificate(String file) {
        assertThat(problems(file, IN_A_CLUSTER, FIREWALLED, "cluster.tls=null"))
                .singleElement()
                .asString()
                .startsWith("cluster.tls: is missing, and the cluster reaches beyond this machine");
    }

    @Test
    void the_halves_of_a_split_cluster_run_each_stage_once_and_only_one_of_them_holds_a_key() {
        NodeConfig edge = good(
                EDGE,
                Map.of("ADMIN_API_KEY", API_KEY, "REDIS_URI", "rediss://r:1", "NODE_HOST", "10.0.0.1"),
                FIREWALLED,
                TLS);
        NodeConfig core = good(CORE, IN_A_CLUSTER, FIREWALLED, TLS);
        assertThat(Stage.values())
                .allSatisfy(stage -> assertThat(edge.runs(stage)).isNotEqualTo(core.runs(stage)));
        assertThat(edge.auth().tokens().issuers()).isEmpty();
        assertThat(edge.cluster().name()).isEqualTo(core.cluster().name());
        assertThat(edge.cluster().members()).isEqualTo(core.cluster().members());
    }

    @ParameterizedTest
    @ValueSource(strings = {CLUSTER, EDGE, CORE})
    void several_nodes_can_be_tried_on_one_machine(String file) {
        Map<String, String> here = Map.of(
                "JWT_SECRET",
                Configs.SECRET,
                "ADMIN_API_KEY",
                API_KEY,
                "REDIS_URI",
                "redis://127.0.0.1:6379",
                "NODE_HOST",
                "127.0.0.1");
        NodeConfig config = good(
                file,
                here,
                "cluster.tls=null",
                "cluster.members=[\"127.0.0.1:5701\",\"127.0.0.1:5711\"]",
                "cluster.port=5711",
                "cluster.bus.port=5712");
        assertThat(ExposureWarnings.of(config).descriptions())
                .as("nobody else gets there")
                .isEmpty();
        assertThat(config.cluster().summary())
                .isEqualTo("portcullis at 127.0.0.1:5711, looks for 127.0.0.1:5701, 127.0.0.1:5711, bus without TLS");
    }

    /** What a fresh clone lacks for each of them. */
    private static String[] pretended(String file) {
        return file.equals(DEV) || file.equals(NODE) ? new String[0] : new String[] {FIREWALLED, TLS};
    }

    private static NodeConfig good(String file, Map<String, String> environment, String... sets) {
        return ConfigFile.load(Path.of(file), List.of(sets), environment, NodeConfig::read)
                .fold(loaded -> loaded.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    private static List<String> problems(String file, Map<String, String> environment, String... sets) {
        return ConfigFile.load(Path.of(file), List.of(sets), environment, NodeConfig::read)
                .fold(
                        good -> List.of(),
                        bad -> bad.problems().stream().map(Problem::toString).toList());
    }
}
