package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
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
    private static final String AUTH = "conf/stage-auth.json";
    private static final String RATELIMIT = "conf/stage-ratelimit.json";
    private static final String ROOMS = "conf/stage-rooms.json";
    private static final String BROADCAST = "conf/stage-broadcast.json";
    private static final Map<String, String> WITHOUT_KEYS =
            Map.of("ADMIN_API_KEY", API_KEY, "REDIS_URI", "rediss://r:1", "NODE_HOST", "10.0.0.1");
    private static final String TLS = "cluster.tls={\"certificate\": \"%s\", \"key\": \"%s\", \"ca\": \"%s\"}"
            .formatted(
                    SelfSigned.any().certificate(),
                    SelfSigned.any().key(),
                    SelfSigned.any().certificate());
    private static final String FIREWALLED = "cluster.trustedNetwork=true";

    @Test
    void dev_configuration_is_complete() {
        NodeConfig config = good(DEV, Map.of());
        assertThat(config.dev()).isTrue();
        assertThat(config.publicListener()).isEqualTo(new HostPort("127.0.0.1", 8080));
        assertThat(config.adminListener()).isEqualTo(new HostPort("127.0.0.1", 9090));
        assertThat(config.rooms().open()).extracting(Object::toString).containsExactlyInAnyOrder("lobby", "room-1");
        assertThat(ExposureWarnings.of(config).descriptions())
                .as("each is printed at the start")
                .containsExactly(
                        "no TLS needed",
                        "no Origin needed",
                        "the demo at / and the reference",
                        "a dev-only secret",
                        "tokens for anyone",
                        "public rooms (lobby, room-1)");
        assertThat(config.store().path())
                .as("messages survive a restart, whatever the working directory")
                .contains(Path.of("data/dev").toAbsolutePath().toString());
    }

    /** Its secret is published: anyone who reaches such a node could be admin (CWE-798). */
    @ParameterizedTest
    @ValueSource(strings = {"http.host", "admin.host"})
    void dev_configuration_beyond_loopback_is_refused(String key) {
        assertThat(problems(DEV, Map.of(), key + "=0.0.0.0"))
                .singleElement()
                .asString()
                .startsWith(key + ": reaches beyond this machine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "::/0", "128.0.0.0/1\",\"0.0.0.0/1"})
    void trusted_proxies_of_any_address_are_refused_unless_a_setting_says_so(String everyAddress) {
        String proxies = "http.trustedProxies=[\"10.0.0.0/8\",\"" + everyAddress + "\"]";
        assertThat(problems(NODE, ENVIRONMENT, proxies))
                .singleElement()
                .asString()
                .startsWith("http.trustedProxies: covers all addresses")
                .contains("http.trustAllProxies");
        NodeConfig config = good(NODE, ENVIRONMENT, proxies, "http.trustAllProxies=true");
        assertThat(ExposureWarnings.of(config).descriptions()).containsExactly("anybody's X-Forwarded-For");
    }

    @Test
    void node_configuration_takes_two_secrets_from_the_environment_and_has_no_exposure() {
        NodeConfig config = good(NODE, ENVIRONMENT);
        assertThat(config.dev()).isFalse();
        assertThat(config.auth().tokens().issuers())
                .singleElement()
                .satisfies(issuer -> assertThat(issuer.secret()).contains(new Secret(Configs.SECRET)));
        assertThat(config.admin().apiKey().orElseThrow().reveal()).isEqualTo(API_KEY);
        assertThat(config.tls().required()).isTrue();
        assertThat(ExposureWarnings.of(config).descriptions()).isEmpty();
        assertThat(config.store().path())
                .contains(Path.of("data/store").toAbsolutePath().toString());
    }

    /** Otherwise a token that the same key signed for another application would be accepted here. */
    @ParameterizedTest
    @ValueSource(strings = {NODE, CLUSTER, CORE, AUTH})
    void production_configuration_names_issuer_and_audience(String file) {
        assertThat(good(file, IN_A_CLUSTER, missingSettings(file))
                        .auth()
                        .tokens()
                        .issuers())
                .singleElement()
                .satisfies(issuer -> {
                    assertThat(issuer.issuer()).contains("https://chat.example.com");
                    assertThat(issuer.audience()).contains("portcullis");
                });
    }

    @Test
    void configuration_runs_an_edge_for_each_core() {
        int cores = Runtime.getRuntime().availableProcessors();
        for (String file : List.of(DEV, NODE, CLUSTER)) {
            assertThat(good(file, IN_A_CLUSTER, missingSettings(file)).instances(Stage.EDGE))
                    .as(file)
                    .isEqualTo(Math.min(64, cores));
        }
        assertThat(good(EDGE, IN_A_CLUSTER, missingSettings(EDGE)).instances(Stage.EDGE))
                .isGreaterThan(1);
    }

    @Test
    void node_configuration_without_its_secrets_names_each() {
        assertThat(problems(NODE, Map.of()))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("JWT_SECRET"))
                .anySatisfy(problem -> assertThat(problem).contains("ADMIN_API_KEY"));
    }

    @ParameterizedTest
    @CsvSource({DEV + ", edge", DEV + ", broadcast", NODE + ", edge", NODE + ", auth"})
    void stage_with_more_instances_leaves_the_others_unchanged(String file, String stage) {
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
    @ValueSource(strings = {CLUSTER, EDGE, CORE, AUTH, RATELIMIT, ROOMS, BROADCAST})
    void cluster_configuration_without_a_trusted_network_is_refused(String file) {
        assertThat(problems(file, IN_A_CLUSTER, TLS))
                .singleElement()
                .asString()
                .startsWith("cluster.trustedNetwork: is false, and the cluster reaches beyond this machine")
                .contains("neither TLS nor authentication");
        NodeConfig config = good(file, IN_A_CLUSTER, FIREWALLED, TLS);
        assertThat(ExposureWarnings.of(config).descriptions())
                .containsExactly("Hazelcast to anyone who reaches cluster.port");
        assertThat(config.cluster().tls()).as("the bus is closed").isPresent();
    }

    @Test
    void plaintext_redis_beyond_this_machine_is_an_exposure() {
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
    @ValueSource(strings = {CLUSTER, EDGE, CORE, AUTH, RATELIMIT, ROOMS, BROADCAST})
    void cluster_configuration_without_a_certificate_is_refused(String file) {
        assertThat(problems(file, IN_A_CLUSTER, FIREWALLED, "cluster.tls=null"))
                .singleElement()
                .asString()
                .startsWith("cluster.tls: is missing, and the cluster reaches beyond this machine");
    }

    @Test
    void edge_and_core_configurations_run_each_stage_once_and_only_core_has_a_key() {
        NodeConfig edge = good(EDGE, WITHOUT_KEYS, FIREWALLED, TLS);
        NodeConfig core = good(CORE, IN_A_CLUSTER, FIREWALLED, TLS);
        assertThat(Stage.values())
                .allSatisfy(stage -> assertThat(edge.runs(stage)).isNotEqualTo(core.runs(stage)));
        assertThat(edge.auth().tokens().issuers()).isEmpty();
        assertThat(edge.cluster().name()).isEqualTo(core.cluster().name());
        assertThat(edge.cluster().members()).isEqualTo(core.cluster().members());
    }

    @Test
    void five_configurations_run_one_stage_each_and_only_auth_has_a_key() {
        Map<Stage, String> files = Map.of(
                Stage.EDGE, EDGE,
                Stage.AUTH, AUTH,
                Stage.RATELIMIT, RATELIMIT,
                Stage.ROOMS, ROOMS,
                Stage.BROADCAST, BROADCAST);
        NodeConfig edge = good(EDGE, WITHOUT_KEYS, FIREWALLED, TLS);
        assertThat(files).containsOnlyKeys(Stage.values()).allSatisfy((stage, file) -> {
            NodeConfig config = good(file, stage == Stage.AUTH ? IN_A_CLUSTER : WITHOUT_KEYS, FIREWALLED, TLS);
            assertThat(Stage.values())
                    .as(file)
                    .allSatisfy(each -> assertThat(config.runs(each)).isEqualTo(each == stage));
            assertThat(config.cluster().name()).isEqualTo(edge.cluster().name());
            assertThat(config.cluster().members()).isEqualTo(edge.cluster().members());
            assertThat(config.auth().tokens().issuers()).hasSize(stage == Stage.AUTH ? 1 : 0);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {RATELIMIT, CORE})
    void node_that_bans_knows_the_proxies_that_no_rule_may_ban(String file) {
        assertThat(good(file, IN_A_CLUSTER, FIREWALLED, TLS).http().trustedProxies())
                .isEqualTo(good(EDGE, IN_A_CLUSTER, FIREWALLED, TLS).http().trustedProxies())
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {CLUSTER, EDGE, CORE, AUTH, RATELIMIT, ROOMS, BROADCAST})
    void cluster_configuration_on_one_machine_is_accepted(String file) {
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
                .as("only this machine reaches it")
                .isEmpty();
        assertThat(config.cluster().summary())
                .isEqualTo("portcullis at 127.0.0.1:5711, looks for 127.0.0.1:5701, 127.0.0.1:5711, bus without TLS");
    }

    /** The settings that a fresh clone lacks for each file. */
    private static String[] missingSettings(String file) {
        return file.equals(DEV) || file.equals(NODE) ? new String[0] : new String[] {FIREWALLED, TLS};
    }

    private static NodeConfig good(String file, Map<String, String> environment, String... sets) {
        return ConfigFile.load(Path.of(file), List.of(sets), environment, NodeConfigReader::read)
                .fold(loaded -> loaded.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    private static List<String> problems(String file, Map<String, String> environment, String... sets) {
        return ConfigFile.load(Path.of(file), List.of(sets), environment, NodeConfigReader::read)
                .fold(
                        good -> List.of(),
                        bad -> bad.problems().stream().map(Problem::toString).toList());
    }
}
