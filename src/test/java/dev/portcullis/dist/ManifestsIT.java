package dev.portcullis.dist;

import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs say that the files for Docker and Kubernetes are for. */
class ManifestsIT {
    private static final String CHART = "src/dist/helm/portcullis";
    private static final Path DOCKER = Path.of("src/dist/docker");

    /** A row of configuration.md. */
    private static final Pattern SECRET_KEY = Pattern.compile("(?m)^\\| `([^`]+)` \\| secret \\|");

    private static final Pattern JOB = Pattern.compile("job=~?\"([^\"]+)\"");

    @TempDir
    Path folder;

    @TempDir
    Path printed;

    @Test
    void manifests_are_the_chart_with_its_own_values() throws Exception {
        assertThat(Tree.all(helm()))
                .as("helm template portcullis %s --namespace chat > src/dist/kubernetes/portcullis.yaml", CHART)
                .isEqualTo(Tree.all(Files.readString(Path.of("src/dist/kubernetes/portcullis.yaml"))));
        succeeds("helm", "lint", "--strict", CHART);
    }

    @ParameterizedTest
    @CsvSource({
        "autoscaling.enabled=true, HorizontalPodAutoscaler, 1",
        "serviceMonitor.enabled=true, ServiceMonitor, 1",
        "networkPolicy.enabled=false, NetworkPolicy, 0",
        "secrets.generate=true, Secret, 1",
        "clusterTls.generate=true, Secret, 1"
    })
    void value_switches_a_manifest_on_or_off(String value, String kind, int count) throws Exception {
        assertThat(Tree.all(helm("--set", value)))
                .filteredOn(manifest -> manifest.text("kind").equals(kind))
                .hasSize(count);
    }

    @Test
    void list_of_peers_that_is_empty_admits_none_and_not_all() throws Exception {
        Tree policy = only(
                helm("--set-json", "networkPolicy.clients=[]", "--set-json", "networkPolicy.operators=[]"),
                "NetworkPolicy");
        assertThat(policy.trees("spec.ingress"))
                .singleElement()
                .extracting(rule -> rule.trees("ports").size())
                .isEqualTo(2);
    }

    @Test
    void longer_window_to_drain_and_another_port_reach_all_manifests() throws Exception {
        String rendered = helm("--set", "config.drain.windowMs=120000,config.admin.port=9191");
        Tree pod = only(rendered, "StatefulSet").at("spec.template.spec");
        assertThat(pod.number("terminationGracePeriodSeconds")).isEqualTo(5 + 120 + 30);
        assertThat(rendered)
                .doesNotContain("9090")
                .contains("containerPort: 9191", "port: 9191", "\"port\": 9191", "\"windowMs\": 120000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replica=4",
                "config.drain.windowMs=10s",
                "config.dev=true",
                "persistence.size=big",
                "persistence.size=0Gi",
                "disruptionBudget.maxUnavailable=some",
                "disruptionBudget.maxUnavailable=150%",
                "image.tag=a b",
                "image.digest=sha256:1",
                "image.repository=one two"
            })
    void value_that_is_wrong_is_refused(String value) throws Exception {
        assertThat(refused("p", value)).contains("values don't meet the specifications of the schema");
    }

    /** Helm takes these names; a service can't have the first two, and the pods of a set not the third. */
    @ParameterizedTest
    @ValueSource(strings = {"chat.eu", "1chat", "chat-012345678901234567890123456789012345678901234-53"})
    void name_of_a_release_that_kubernetes_would_refuse_is_refused_before(String name) throws Exception {
        assertThat(refused(name, "replicas=3")).contains("release name " + name);
        assertThat(name.length()).isLessThanOrEqualTo(53);
    }

    @Test
    void autoscaler_with_less_at_most_than_at_least_is_refused() throws Exception {
        assertThat(refused("p", "autoscaling.enabled=true,autoscaling.maxReplicas=2"))
                .contains("autoscaling.maxReplicas is below autoscaling.minReplicas");
    }

    /** Each secret of the configuration: a ConfigMap is read by many, so it has the name of a file (CWE-312). */
    @Test
    void secret_in_plain_text_is_refused() throws Exception {
        List<String> secrets = SECRET_KEY
                .matcher(Files.readString(Path.of("src/docs/configuration.md")))
                .results()
                .map(found -> found.group(1).replace("[]", "[0]"))
                .toList();
        assertThat(secrets).hasSizeGreaterThan(8).contains("admin.apiKey");
        for (String key : secrets) {
            assertThat(refused("p", "config." + key + "=aWordThatIsSecret"))
                    .as(key)
                    .contains(" is in plain text")
                    .doesNotContain("aWordThatIsSecret");
        }
        assertThat(refused("p", "config.store.redis.uri=rediss://portcullis:aWordThatIsSecret@redis:6379"))
                .contains("config.store.redis.uri has a password in plain text")
                .doesNotContain("aWordThatIsSecret");
    }

    /** Kubernetes makes 1 of a number that was there and is left out: all pods but one would end. */
    @ParameterizedTest
    @CsvSource({"true, 7", "false, 3"})
    void upgrade_keeps_the_number_of_pods_that_the_autoscaler_has_set(boolean enabled, int replicas) throws Exception {
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Map<String, String> answers = Map.of(
                "/apis/apps/v1", """
                {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "apps/v1", "resources": [
                  {"name": "statefulsets", "namespaced": true, "kind": "StatefulSet", "verbs": ["get"]}]}""", "/apis/apps/v1/namespaces/chat/statefulsets/portcullis", """
                {"kind": "StatefulSet", "apiVersion": "apps/v1", "metadata": {"name": "portcullis"},
                  "spec": {"replicas": 7}}""", "/version", """
                {"major": "1", "minor": "30", "gitVersion": "v1.30.0"}""");
        api.createContext("/", asked -> {
            String answer = answers.get(asked.getRequestURI().getPath());
            byte[] sent = requireNonNullElse(answer, "{\"kind\": \"Status\", \"code\": 404}")
                    .getBytes(StandardCharsets.UTF_8);
            asked.getResponseHeaders().set("Content-Type", "application/json");
            asked.sendResponseHeaders(answer == null ? 404 : 200, sent.length);
            asked.getResponseBody().write(sent);
            asked.close();
        });
        api.start();
        try {
            String rendered = helm(
                    "--dry-run=server",
                    "--kube-apiserver=http://127.0.0.1:" + api.getAddress().getPort(),
                    "--set",
                    "autoscaling.enabled=" + enabled);
            assertThat(only(rendered, "StatefulSet").number("spec.replicas")).isEqualTo(replicas);
        } finally {
            api.stop(0);
        }
        assertThat(only(helm("--set", "autoscaling.enabled=true"), "StatefulSet")
                        .at("spec")
                        .has("replicas"))
                .as("at its installation the autoscaler sets it")
                .isFalse();
    }

    @Test
    void image_is_named_by_its_digest_where_that_is_given() throws Exception {
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        assertThat(only(helm("--set", "image.tag=v2"), "StatefulSet")
                        .at("spec.template.spec")
                        .trees("containers")
                        .get(0)
                        .text("image"))
                .isEqualTo("registry.example.com/portcullis:v2");
        assertThat(only(helm("--set", "image.tag=v2,image.digest=" + digest), "StatefulSet")
                        .at("spec.template.spec")
                        .trees("containers")
                        .get(0)
                        .text("image"))
                .isEqualTo("registry.example.com/portcullis@" + digest);
    }

    /** Two releases in one Prometheus are two clusters, and each is known to the rules by the name of its job. */
    @Test
    void rules_know_the_job_of_the_service_monitor() throws Exception {
        String job = only(helm("--set", "serviceMonitor.enabled=true"), "ServiceMonitor")
                .trees("spec.endpoints")
                .get(0)
                .trees("relabelings")
                .get(0)
                .text("replacement");
        assertThat(job).isEqualTo("portcullis/chat/portcullis");
        List<String> known = JOB.matcher(Files.readString(Path.of("conf/monitoring/rules.yml")))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
        assertThat(known).hasSize(1);
        assertThat(job).matches(known.get(0));
        assertThat("portcullis").matches(known.get(0));
        assertThat("portcullis-redis").doesNotMatch(known.get(0));
    }

    @Test
    void flags_of_the_jvm_go_where_they_win_over_those_of_the_image() throws Exception {
        assertThat(helm("--set", "javaOptions=-XX:MaxRAMPercentage=55"))
                .contains("- name: _JAVA_OPTIONS\n              value: \"-XX:MaxRAMPercentage=55\"");
    }

    /** With the secrets that the chart makes, where they are not there. */
    @Test
    void node_takes_the_secrets_that_the_chart_makes() throws Exception {
        String rendered = helm("--set", "secrets.generate=true,clusterTls.generate=true");
        for (Tree manifest : Tree.all(rendered)) {
            if (manifest.text("kind").equals("Secret")) {
                assertThat(manifest.at("metadata.annotations").entry("helm.sh/resource-policy"))
                        .isEqualTo("keep");
                for (Map.Entry<String, Object> secret :
                        manifest.at("data").values().entrySet()) {
                    Files.write(
                            folder.resolve(secret.getKey()),
                            Base64.getDecoder().decode(String.valueOf(secret.getValue())));
                }
            }
        }
        Files.writeString(folder.resolve("redis-uri"), "rediss://redis.example.com:6379");
        NodeFile file =
                new NodeFile(only(rendered, "ConfigMap").at("data").entry("node.json"), "/run/secrets/portcullis");
        NodeConfig node = file.read(folder, Map.of("POD_IP", "10.244.1.7", "POD_NAME", "portcullis-0"));
        assertThat(node.cluster().tls()).isPresent();
    }

    @Test
    void secrets_of_the_script_are_taken_by_a_node_and_by_redis_and_stay() throws Exception {
        assumeOpenssl();
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        Path other = Files.writeString(secrets.resolve("other"), "of somebody else");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwx------"));
        succeeds(DOCKER.resolve("secrets.sh").toString(), secrets.toString());
        assertThat(permissions(other)).as("what the script has not made").isEqualTo("rwx------");
        Map<String, String> before = contents(secrets);
        succeeds(DOCKER.resolve("secrets.sh").toString(), secrets.toString());
        assertThat(contents(secrets)).isEqualTo(before).hasSizeGreaterThan(8);
        assertThat(permissions(secrets)).isEqualTo("rwx------");
        assertThat(permissions(secrets.resolve("cluster-ca.key"))).isEqualTo("rw-------");

        succeeds(
                "openssl",
                "verify",
                "-CAfile",
                secrets.resolve("cluster-ca.crt").toString(),
                secrets.resolve("cluster.crt").toString());
        NodeConfig node = new NodeFile(Files.readString(DOCKER.resolve("node.json")), "/run/secrets")
                .read(
                        secrets,
                        Map.of(
                                "NODE_NAME", "node1",
                                "CHAT_ORIGIN", "https://localhost:8443",
                                "HTTP_HOST", "10.89.11.11",
                                "CLUSTER_HOST", "10.89.12.11",
                                "ADMIN_HOST", "10.89.13.11"));
        assertThat(node.cluster().tls()).isPresent();

        try (RedisProcess redis = RedisProcess.start(
                "--aclfile", secrets.resolve("redis-users.acl").toString())) {
            assumeTrue(Program.succeeds("redis-cli", "-e", "--version"), "redis-cli of Redis 7 is not installed");
            List<?> asked = Tree.read(DOCKER.resolve("compose.yaml")).list("services.redis.healthcheck.test");
            List<String> ping = new ArrayList<>(List.of("redis-cli", "-p", "" + redis.port()));
            asked.subList(2, asked.size()).forEach(word -> ping.add(word.toString()));
            assertThat(succeeds(ping.toArray(String[]::new))).isEqualTo("PONG\n");
            ping.set(ping.size() - 1, "dbsize");
            assertThat(Program.succeeds(ping.toArray(String[]::new)))
                    .as("it may do no more")
                    .isFalse();
            assertThat(Program.succeeds("redis-cli", "-p", "" + redis.port(), "-e", "ping"))
                    .as("without a name")
                    .isFalse();
        }
    }

    @Test
    void haproxy_takes_its_configuration() throws Exception {
        assumeTrue(Program.succeeds("haproxy", "-v"), "haproxy is not installed");
        assumeOpenssl();
        succeeds(DOCKER.resolve("secrets.sh").toString(), folder.toString());
        Path config = Files.writeString(
                folder.resolve("haproxy.cfg"),
                Files.readString(DOCKER.resolve("haproxy.cfg")).replace("/run/secrets/", folder + "/"));
        succeeds("haproxy", "-c", "-f", config.toString());
    }

    @Test
    void prometheus_takes_its_configuration() throws Exception {
        assumeTrue(Program.succeeds("promtool", "--version"), "promtool is not installed");
        Files.copy(Path.of("conf/monitoring/rules.yml"), folder.resolve("rules.yml"));
        Path key = Files.writeString(folder.resolve("key"), "a key");
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                Files.readString(DOCKER.resolve("prometheus.yml"))
                        .replace("/run/secrets/admin-api-key", key.toString()));
        assertThat(succeeds("promtool", "check", "config", config.toString())).contains("SUCCESS");
    }

    private static void assumeHelm() {
        assumeTrue(Program.succeeds("helm", "version"), "helm is not installed");
    }

    private static void assumeOpenssl() {
        assumeTrue(Program.succeeds("openssl", "version"), "openssl is not installed");
    }

    /** What helm says to the value that it refuses. */
    private String refused(String release, String value) throws Exception {
        assumeHelm();
        try (Program helm = Program.start(
                printed,
                List.of("helm", "template", release, CHART, "--kube-version", "1.30.0", "--set", value),
                Map.of())) {
            assertThat(helm.hasSucceeded()).as(value).isFalse();
            return helm.printed();
        }
    }

    private String helm(String... options) throws Exception {
        assumeHelm();
        List<String> command = new ArrayList<>(
                List.of("helm", "template", "portcullis", CHART, "--namespace", "chat", "--kube-version", "1.30.0"));
        command.addAll(List.of(options));
        return succeeds(command.toArray(String[]::new));
    }

    private static Tree only(String rendered, String kind) {
        List<Tree> found = Tree.all(rendered).stream()
                .filter(manifest -> manifest.text("kind").equals(kind))
                .toList();
        assertThat(found).as(kind).hasSize(1);
        return found.get(0);
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Map<String, String> contents = new TreeMap<>();
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
            return contents;
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private String succeeds(String... command) throws Exception {
        try (Program program = Program.start(printed, List.of(command), Map.of())) {
            return program.succeeded();
        }
    }
}
