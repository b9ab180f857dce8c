package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.config.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compose file: that its services are closed, and that their configurations agree with it and with each other. */
class ComposeTest {
    private static final Path FOLDER = Path.of("src/dist/docker");
    private static final List<String> NODES = List.of("node1", "node2", "node3");
    private static final Pattern SERVER = Pattern.compile("(?m)^ +server \\w+ (\\S+)$");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(:-)?([^}]*)}");
    private static final Pattern SECONDS = Pattern.compile("(\\d+)s");

    /** The last frames after the window, and a slow store. */
    private static final int MARGIN_SECONDS = 20;

    @TempDir
    Path folder;

    private Tree compose;

    @BeforeEach
    void read() throws IOException {
        compose = Tree.read(FOLDER.resolve("compose.yaml"));
        assertThat(services()).containsAll(NODES);
    }

    @Test
    void service_has_no_right_that_it_does_not_need_and_says_whether_it_is_well() {
        assertThat(services()).hasSize(7).allSatisfy(name -> {
            Tree service = service(name);
            assertThat(service.value("read_only")).isEqualTo(true);
            assertThat(service.value("cap_drop")).isEqualTo(List.of("ALL"));
            assertThat(service.value("security_opt")).isEqualTo(List.of("no-new-privileges:true"));
            assertThat(service.list("healthcheck.test").get(0)).isEqualTo("CMD");
            assertThat(service.values())
                    .doesNotContainKeys("privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "env_file");
            assertThat(service.has("volumes") ? service.list("volumes") : List.of())
                    .as("volumes of its own alone")
                    .allMatch(volume ->
                            compose.at("volumes").has(volume.toString().split(":", -1)[0]));
        });
    }

    @Test
    void only_clients_reach_a_service_from_other_machines() {
        Map<String, Object> published = new HashMap<>();
        services().stream()
                .filter(name -> service(name).has("ports"))
                .forEach(name -> published.put(name, service(name).value("ports")));
        assertThat(published)
                .isEqualTo(Map.of("haproxy", List.of("8443:8443"), "grafana", List.of("127.0.0.1:3000:3000")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster: node1 node2 node3",
                "store: node1 node2 node3 redis",
                "clients: haproxy node1 node2 node3",
                "operators: node1 node2 node3 prometheus",
                "monitoring: grafana prometheus"
            })
    void network_has_only_those_that_must_reach_each_other(String expected) {
        String network = expected.substring(0, expected.indexOf(':'));
        assertThat(compose.value("networks." + network + ".internal")).isEqualTo(true);
        assertThat(network + ": "
                        + services().stream()
                                .filter(name -> networks(name).contains(network))
                                .sorted()
                                .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node1", "node2", "node3"})
    void node_listens_for_each_kind_of_caller_on_the_network_of_that_kind(String name) throws IOException {
        NodeConfig node = node(name);
        assertThat(Map.of(
                        "clients", node.http().host(),
                        "operators", node.admin().host(),
                        "cluster", node.cluster().host()))
                .allSatisfy((network, host) -> assertThat(host).isEqualTo(address(name, network)));
        assertThat(node.nodeName()).contains(name);
        assertThat(node.http().trustedProxies())
                .singleElement()
                .extracting(range -> range.base().toString())
                .asString()
                .contains(address("haproxy", "clients"));
        assertThat(node.cluster().members().stream().map(HostPort::host))
                .containsExactlyElementsOf(
                        NODES.stream().map(each -> address(each, "cluster")).toList());
        assertThat(node.auditFile().path().orElseThrow()).startsWith("/var/lib/portcullis/");
        assertThat(service(name).list("volumes")).singleElement().isEqualTo(name + ":/var/lib/portcullis");
        assertThat(file().text()).contains("redis://" + address("redis", "store") + ":6379");
        assertThat(ExposureWarnings.of(node).descriptions())
                .as("closed by the networks")
                .containsExactlyInAnyOrder(
                        "operators in plain HTTP beyond this machine",
                        "Redis in plain text",
                        "Hazelcast to anyone who reaches cluster.port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node1", "node2", "node3"})
    void node_has_time_to_drain_and_is_asked_for_its_health_as_the_image_asks(String name) throws IOException {
        MatchResult grace = SECONDS.matcher(service(name).text("stop_grace_period"))
                .results()
                .findFirst()
                .orElseThrow();
        NodeConfig node = node(name);
        assertThat(Long.parseLong(grace.group(1)))
                .isGreaterThanOrEqualTo(node.edge().drainMs() / 1000 + MARGIN_SECONDS);

        List<String> asked = new ArrayList<>(List.of("CMD"));
        asked.addAll(Dockerfile.read().words("HEALTHCHECK"));
        asked.add("http://" + node.adminListener() + "/health/ready");
        assertThat(service(name).value("healthcheck.test")).isEqualTo(asked);
        assertThat(service(name).value("command")).isEqualTo(Dockerfile.read().words("CMD"));
        assertThat(service(name).text("pull_policy"))
                .as("a stranger's image of that name")
                .isEqualTo("never");
    }

    @Test
    void haproxy_does_as_the_page_says_before_the_nodes() throws IOException {
        String page = Files.readString(Path.of("src/docs/load-balancers.md"));
        String shown = page.substring(page.indexOf("```haproxy\n") + "```haproxy\n".length());
        shown = shown.substring(0, shown.indexOf("```"));
        String ours = Files.readString(FOLDER.resolve("haproxy.cfg"));
        assertThat(shown).contains(":443 ssl", "/etc/haproxy/", "10.0.0.");
        assertThat(ours)
                .contains(shown.replace(":443 ssl", ":8443 ssl")
                        .replace("/etc/haproxy/", "/run/secrets/")
                        .replaceAll("10\\.0\\.0\\.(\\d)", "10.89.11.1$1"));
        Set<String> listeners = new TreeSet<>();
        for (String name : NODES) {
            listeners.add(node(name).publicListener().toString());
            assertThat(node(name).http().health()).isTrue();
        }
        assertThat(SERVER.matcher(ours).results().map(found -> found.group(1)).distinct())
                .containsExactlyElementsOf(listeners);
    }

    @Test
    void prometheus_asks_each_node_under_a_name_that_it_answers_to() throws IOException {
        Tree job = Tree.read(FOLDER.resolve("prometheus.yml"))
                .trees("scrape_configs")
                .get(0);
        NodeConfig node = node("node1");
        assertThat(job.trees("static_configs").get(0).list("targets"))
                .isEqualTo(node.admin().hosts().stream()
                        .map(host -> host + ":" + node.adminListener().port())
                        .toList());
        assertThat(node.admin().hosts()).isEqualTo(NODES);
        assertThat(job.text("authorization.credentials_file")).isEqualTo("/run/secrets/admin-api-key");
        assertThat(service("prometheus").list("secrets")).isEqualTo(List.of("admin-api-key"));
        assertThat(Tree.read(Path.of("conf/monitoring/prometheus.yml"))
                        .trees("scrape_configs")
                        .get(0)
                        .text("job_name"))
                .as("the rules count the nodes of a job")
                .isEqualTo(job.text("job_name"));
    }

    @Test
    void redis_keeps_what_it_has_acknowledged() {
        assertThat(service("redis").text("command"))
                .contains(
                        "--appendonly yes",
                        "--appendfsync always",
                        "--maxmemory-policy noeviction",
                        "--aclfile /run/secrets/redis-users.acl");
        assertThat(service("redis").list("volumes")).isEqualTo(List.of("redis:/data"));
    }

    @Test
    void file_that_a_service_reads_is_there_or_made_by_the_script() throws IOException {
        Set<String> configs = compose.at("configs").names();
        assertThat(configs)
                .allSatisfy(name -> assertThat(FOLDER.resolve(compose.text("configs." + name + ".file")))
                        .isRegularFile());
        assertThat(used("configs")).isEqualTo(configs);
        String script = Files.readString(FOLDER.resolve("secrets.sh"));
        Set<String> secrets = compose.at("secrets").names();
        assertThat(secrets).allSatisfy(name -> {
            assertThat(compose.at("secrets").values().get(name)).isEqualTo(Map.of("file", "secrets/" + name));
            assertThat(script).contains(name);
        });
        assertThat(used("secrets")).isEqualTo(secrets).doesNotContain("cluster-ca.key");
        assertThat(service("node1").list("secrets").stream().map(String::valueOf))
                .containsExactlyInAnyOrderElementsOf(file().names());
    }

    /** A secret with a default is the same everywhere (CWE-1392). */
    @Test
    void variable_of_the_shell_is_no_secret() throws IOException {
        assertThat(VARIABLE.matcher(Files.readString(FOLDER.resolve("compose.yaml")))
                        .results()
                        .map(found -> found.group(1))
                        .distinct())
                .containsExactly("CHAT_ORIGIN");
        assertThat(service("grafana").text("environment.GF_SECURITY_ADMIN_PASSWORD__FILE"))
                .isEqualTo("/run/secrets/grafana-password");
    }

    private Set<String> used(String kind) {
        return services().stream()
                .map(this::service)
                .filter(service -> service.has(kind))
                .flatMap(service -> service.list(kind).stream())
                .map(each -> each instanceof Map<?, ?> given ? String.valueOf(given.get("source")) : each.toString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private NodeFile file() throws IOException {
        return new NodeFile(Files.readString(FOLDER.resolve("node.json")), "/run/secrets");
    }

    private NodeConfig node(String name) throws IOException {
        Path secrets = Files.createTempDirectory(folder, name);
        NodeFile.makeSecrets(file().names(), secrets);
        Map<String, String> environment = new HashMap<>();
        service(name)
                .at("environment")
                .values()
                .forEach((key, value) -> environment.put(
                        key, VARIABLE.matcher(String.valueOf(value)).replaceAll("$3")));
        return file().read(secrets, environment);
    }

    private String address(String service, String network) {
        return service(service).text("networks." + network + ".ipv4_address");
    }

    private Set<String> services() {
        return compose.at("services").names();
    }

    private Set<String> networks(String service) {
        Object networks = service(service).value("networks");
        return networks instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).collect(Collectors.toSet())
                : Stream.of(networks)
                        .flatMap(list -> ((List<?>) list).stream())
                        .map(String::valueOf)
                        .collect(Collectors.toSet());
    }

    private Tree service(String name) {
        return compose.at("services." + name);
    }
}
