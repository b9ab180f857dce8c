package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manifests for Kubernetes, which are the chart with its own values: what they promise, and that the server agrees. */
class ManifestsTest {
    private static final String SECRETS = "/run/secrets/portcullis";
    private static final Path PAGE = Path.of("src/docs/packages.md");
    private static final Map<String, String> POD = Map.of("POD_IP", "10.244.1.7", "POD_NAME", "portcullis-0");

    /** The last frames after the window, and a slow store. */
    private static final int MARGIN_SECONDS = 20;

    @TempDir
    Path folder;

    private List<Tree> manifests;
    private NodeFile file;
    private NodeConfig node;

    @BeforeEach
    void read() throws IOException {
        manifests = Tree.all(Files.readString(Path.of("src/dist/kubernetes/portcullis.yaml")));
        file = new NodeFile(only("ConfigMap").at("data").entry("node.json"), SECRETS);
        NodeFile.makeSecrets(file.names(), folder);
        node = file.read(folder, POD);
    }

    @Test
    void configuration_is_that_of_a_node_of_a_cluster_and_opens_no_more_than_its_policy_closes() {
        assertThat(node.cluster().enabled()).isTrue();
        assertThat(node.nodeName()).contains("portcullis-0");
        assertThat(node.auditFile().path()).contains(mountOf("data") + "/audit");
        assertThat(node.admin().hosts())
                .as("Prometheus asks by the address of the pod")
                .contains("10.244.1.7");
        assertThat(ExposureWarnings.of(node).descriptions())
                .containsExactlyInAnyOrder(
                        "operators in plain HTTP beyond this machine", "Hazelcast to anyone who reaches cluster.port");
    }

    @ParameterizedTest
    @CsvSource({"cluster.trustedNetwork", "admin.trustedNetwork"})
    void node_without_a_network_policy_does_not_start(String key) throws IOException {
        Path written =
                Files.writeString(folder.resolve("open.json"), file.text().replace(SECRETS, folder.toString()));
        List<String> problems = ConfigFile.load(written, List.of(key + "=false"), POD, NodeConfigReader::read)
                .fold(
                        good -> List.of(),
                        bad -> bad.problems().stream().map(Problem::toString).toList());
        assertThat(problems).singleElement().asString().contains("beyond this machine");
    }

    @Test
    void pod_has_the_rights_that_the_restricted_profile_leaves() {
        Tree pod = pod();
        assertThat(pod.values()).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC", "initContainers");
        assertThat(pod.value("automountServiceAccountToken")).isEqualTo(false);
        assertThat(pod.value("securityContext.runAsNonRoot")).isEqualTo(true);
        assertThat(pod.text("securityContext.runAsUser"))
                .as("the user of the image")
                .isEqualTo(userOfTheImage());
        assertThat(pod.text("securityContext.seccompProfile.type")).isEqualTo("RuntimeDefault");
        assertThat(container().at("securityContext").values())
                .isEqualTo(Map.of(
                        "allowPrivilegeEscalation",
                        false,
                        "readOnlyRootFilesystem",
                        true,
                        "capabilities",
                        Map.of("drop", List.of("ALL"))));
        assertThat(pod.trees("volumes"))
                .extracting(volume -> volume.names().toString())
                .doesNotContain("hostPath");
        assertThat(container().trees("volumeMounts").stream()
                        .filter(mount -> !mount.has("readOnly"))
                        .map(mount -> mount.text("mountPath")))
                .containsExactly("/var/lib/portcullis", "/tmp");
        assertThat(container().value("resources.limits.memory")).isNotNull();
    }

    @Test
    void ports_are_those_that_the_node_listens_on() {
        Map<String, Integer> listening = Map.of(
                "http", node.publicListener().port(),
                "admin", node.adminListener().port(),
                "cluster", node.cluster().port(),
                "bus", node.busListener().port());
        Map<String, Integer> ports = new TreeMap<>();
        container().trees("ports").forEach(port -> ports.put(port.text("name"), port.number("containerPort")));
        assertThat(ports).isEqualTo(listening);

        assertThat(service("portcullis").trees("spec.ports"))
                .singleElement()
                .extracting(port -> port.value("targetPort"))
                .isEqualTo("http");
        assertThat(service("portcullis-nodes").trees("spec.ports"))
                .allSatisfy(port -> assertThat(port.value("port")).isEqualTo(listening.get(port.text("name"))))
                .extracting(port -> port.text("targetPort"))
                .containsExactlyInAnyOrder("cluster", "bus", "admin");
    }

    @Test
    void policy_admits_nodes_alone_to_the_ports_of_the_cluster_and_monitoring_to_that_of_operators() {
        Tree policy = only("NetworkPolicy").at("spec");
        assertThat(policy.at("podSelector").value("matchLabels")).isEqualTo(labels());
        assertThat(policy.list("policyTypes")).isEqualTo(List.of("Ingress"));
        Map<Set<Object>, Object> admitted = policy.trees("ingress").stream()
                .collect(Collectors.toMap(
                        rule -> rule.trees("ports").stream()
                                .map(port -> port.value("port"))
                                .collect(Collectors.toSet()),
                        rule -> rule.value("from")));
        assertThat(admitted)
                .isEqualTo(Map.of(
                        Set.of(node.cluster().port(), node.busListener().port()),
                        List.of(Map.of("podSelector", Map.of("matchLabels", labels()))),
                        Set.of(node.publicListener().port()),
                        List.of(namespace("ingress-nginx")),
                        Set.of(node.adminListener().port()),
                        List.of(namespace("monitoring"))));
    }

    @Test
    void nodes_find_each_other_before_they_are_ready() {
        Tree service = service("portcullis-nodes");
        assertThat(service.text("spec.clusterIP")).isEqualTo("None");
        assertThat(service.value("spec.publishNotReadyAddresses")).isEqualTo(true);
        assertThat(service.value("spec.selector")).isEqualTo(labels());
        assertThat(set().text("spec.serviceName")).isEqualTo("portcullis-nodes");
        assertThat(node.cluster().kubernetes().orElseThrow().serviceDns())
                .contains("portcullis-nodes." + service.text("metadata.namespace") + ".svc.cluster.local");
    }

    @Test
    void pod_that_ends_has_time_to_drain_and_only_one_does_at_a_time() {
        int pause = container().number("lifecycle.preStop.sleep.seconds");
        assertThat(pause).isPositive();
        assertThat((long) pod().number("terminationGracePeriodSeconds"))
                .isGreaterThanOrEqualTo(pause + node.edge().drainMs() / 1000 + MARGIN_SECONDS);
        Tree budget = only("PodDisruptionBudget").at("spec");
        assertThat(budget.number("maxUnavailable")).isEqualTo(1);
        assertThat(budget.value("selector.matchLabels")).isEqualTo(labels());
        assertThat(set().text("spec.updateStrategy.type")).isEqualTo("RollingUpdate");
        assertThat(set().number("spec.replicas")).isGreaterThanOrEqualTo(3);
        assertThat(pod().trees("topologySpreadConstraints"))
                .allSatisfy(spread ->
                        assertThat(spread.value("labelSelector.matchLabels")).isEqualTo(labels()))
                .extracting(spread -> spread.text("topologyKey"))
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
    }

    @ParameterizedTest
    @CsvSource({"startupProbe, /health/live, 60", "livenessProbe, /health/live, 30", "readinessProbe, /health/ready, 1"
    })
    void probe_asks_at_the_listener_of_operators_and_is_patient(String probe, String path, int seconds) {
        Tree asked = container().at(probe);
        assertThat(asked.at("httpGet").values()).isEqualTo(Map.of("path", path, "port", "admin"));
        assertThat(asked.number("periodSeconds") * asked.number("failureThreshold"))
                .isGreaterThan(seconds);
    }

    @Test
    void page_says_how_each_secret_of_the_pod_is_made() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(file.names()).allSatisfy(name -> assertThat(page).contains("--from-file=" + name + "="));
        for (Tree volume : pod().trees("volumes")) {
            if (volume.text("name").equals("secrets")) {
                assertThat(volume.trees("projected.sources"))
                        .hasSize(3)
                        .allSatisfy(source ->
                                assertThat(page).contains("create secret generic " + source.text("secret.name") + " "));
            }
        }
        assertThat(mountOf("secrets")).isEqualTo(SECRETS);
        assertThat(mountOf("config") + "/node.json").isIn(container().list("args"));
    }

    @Test
    void image_has_the_version_of_the_server() throws IOException {
        String version = Files.readString(Path.of("pom.xml"))
                .replaceAll("(?s).*?<artifactId>portcullis</artifactId>\\s*<version>([^<]+)<.*", "$1");
        assertThat(container().text("image")).endsWith("/portcullis:" + version);
        assertThat(Tree.read(Path.of("src/dist/helm/portcullis/Chart.yaml")).text("appVersion"))
                .isEqualTo(version);
    }

    private static String userOfTheImage() {
        try {
            String text = Dockerfile.read().text();
            return text.replaceAll("(?s).*\nUSER (\\d+):\\d+\n.*", "$1");
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private Object labels() {
        return set().value("spec.selector.matchLabels");
    }

    private static Map<String, Object> namespace(String name) {
        return Map.of("namespaceSelector", Map.of("matchLabels", Map.of("kubernetes.io/metadata.name", name)));
    }

    private String mountOf(String volume) {
        return container().trees("volumeMounts").stream()
                .filter(mount -> mount.text("name").equals(volume))
                .map(mount -> mount.text("mountPath"))
                .findFirst()
                .orElseThrow();
    }

    private Tree set() {
        return only("StatefulSet");
    }

    private Tree pod() {
        Tree template = set().at("spec.template");
        assertThat(template.at("metadata.labels").values())
                .containsAllEntriesOf(
                        new TreeMap<>(set().at("spec.selector.matchLabels").values()));
        return template.at("spec");
    }

    private Tree container() {
        List<Tree> containers = pod().trees("containers");
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    private Tree service(String name) {
        return manifests.stream()
                .filter(each -> each.text("kind").equals("Service")
                        && each.text("metadata.name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Tree only(String kind) {
        List<Tree> found = manifests.stream()
                .filter(each -> each.text("kind").equals(kind))
                .toList();
        assertThat(found).as(kind).hasSize(1);
        return found.get(0);
    }
}
