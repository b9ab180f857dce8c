package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.kit.SelfSigned;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterConfigTest {
    private static final String ON = "cluster.enabled=true";
    private static final String MEMBERS = "cluster.members=[\"127.0.0.1\"]";
    private static final Map<String, Path> FILES = Map.of(
            "certificate", SelfSigned.any().certificate(),
            "key", SelfSigned.any().key(),
            "ca", SelfSigned.any().certificate());
    private static final String TLS = "cluster.tls={\"certificate\": \"%s\", \"key\": \"%s\", \"ca\": \"%s\"}"
            .formatted(FILES.get("certificate"), FILES.get("key"), FILES.get("ca"));
    private static final String TRUSTED = "cluster.trustedNetwork=true";

    @Test
    void defaults_are_a_single_node_on_loopback() {
        ClusterConfig config = ClusterFixture.config();
        assertThat(config.enabled()).isFalse();
        assertThat(config.name()).isEqualTo("portcullis");
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(5_701);
        assertThat(config.busPort()).isEqualTo(5_702);
        assertThat(config.members()).isEmpty();
        assertThat(config.kubernetes()).isEmpty();
        assertThat(config.tls()).isEmpty();
        assertThat(config.trustedNetwork()).isFalse();
        assertThat(config.allowedDifferences()).isEmpty();
        assertThat(List.of(config.memberTimeoutMs(), config.directoryTtlMs(), config.isolatedAfterMs()))
                .containsExactly(5_000L, 5_000L, 10_000L);
    }

    @Test
    void cluster_on_loopback_needs_only_its_members() {
        assertThat(ClusterFixture.problems(ON, MEMBERS)).isEmpty();
    }

    /** Any process that reaches Hazelcast's port is a member (CWE-306). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster.host=10.0.0.1",
                "cluster.host=node-1.internal",
                "cluster.host=fd00::1",
                "cluster.host=fe80::1%eth0",
                "cluster.host=localhost.example.com",
                "cluster.members=[\"127.0.0.1\", \"10.0.0.2:5701\"]",
                "cluster.members=[\"[fd00::2]:5701\"]",
            })
    void cluster_beyond_loopback_needs_certificates_and_a_trusted_network(String set) {
        assertThat(ClusterFixture.problems(ON, MEMBERS, set))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("cluster.tls: is missing, and the cluster reaches beyond this machine; give"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("cluster.trustedNetwork: is false, and the cluster reaches beyond this machine")
                        .endsWith("Hazelcast's open-source edition has neither TLS nor authentication, so any process"
                                + " that reaches its port is a member"));
        assertThat(ClusterFixture.problems(ON, MEMBERS, set, TLS)).hasSize(1);
        assertThat(ClusterFixture.problems(ON, MEMBERS, set, TRUSTED)).hasSize(1);
        assertThat(ClusterFixture.problems(ON, MEMBERS, set, TLS, TRUSTED)).isEmpty();
    }

    @Test
    void kubernetes_needs_certificates_and_a_trusted_network() {
        assertThat(ClusterFixture.problems(ON, "cluster.kubernetes.serviceDns=chat.svc"))
                .hasSize(2);
        assertThat(ClusterFixture.problems(ON, "cluster.kubernetes.serviceDns=chat.svc", TLS, TRUSTED))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cluster.members=[]                   | cluster.members: is empty, so no node would find another",
                "cluster.directoryTtlMs=10000                | cluster.directoryTtlMs: is not below cluster.isolatedAfterMs",
                "cluster.host=0.0.0.0                 | cluster.host: means every address",
                "cluster.host=::                      | cluster.host: means every address",
                "cluster.host=10.0.0.1:5701           | cluster.host: is \"10.0.0.1:5701\"",
                "cluster.kubernetes.serviceDns=x      | cluster.members: is set together with cluster.kubernetes",
                "cluster.allowedDifferences=[\"name\"]         | cluster.allowedDifferences[0]: is \"name\"; one of issuers, accounts, csrf, permissions, public_rooms, room_authorizer, adding, direct, inbox, moderation, uploads, hooks, events, ack_replicas, archive, window, retention",
                "cluster.allowedDifferences=[\"lanes\"]        | cluster.allowedDifferences[0]: is \"lanes\"; one of issuers, accounts, csrf, perm",
                "cluster.allowedDifferences=[\"interest\"]     | cluster.allowedDifferences[0]: is \"interest\"; one of issuers, accounts, csrf, perm",
                "cluster.members=[\"127.0.0.1:0\"]    | cluster.members[0]: is \"127.0.0.1:0\"",
                "cluster.members=[\"http://x\"]       | cluster.members[0]: is \"http://x\"",
                "cluster.name=a b                     | cluster.name: is \"a b\"",
            })
    void invalid_value_is_reported_with_its_path(String set, String line) {
        assertThat(ClusterFixture.problems(ON, MEMBERS, set, TLS, TRUSTED))
                .singleElement()
                .asString()
                .startsWith(line);
    }

    @Test
    void key_of_another_certificate_is_a_problem(@TempDir Path folder) {
        Path stray = SelfSigned.in(folder).key();
        assertThat(ClusterFixture.problems(
                        ON,
                        MEMBERS,
                        "cluster.tls.certificate=" + FILES.get("certificate"),
                        "cluster.tls.key=" + stray,
                        "cluster.tls.ca=" + FILES.get("ca")))
                .containsExactly("cluster.tls.key: the file \"" + stray + "\" does not belong to"
                        + " cluster.tls.certificate; give the private key that the certificate was made for");
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "key", "ca"})
    void certificate_key_and_authority_are_needed_together(String absent) {
        String[] sets = Stream.concat(
                        Stream.of(ON, MEMBERS),
                        Stream.of("certificate", "key", "ca")
                                .filter(part -> !part.equals(absent))
                                .map(part -> "cluster.tls." + part + "=" + FILES.get(part)))
                .toArray(String[]::new);
        assertThat(ClusterFixture.problems(sets))
                .containsExactly("cluster.tls." + absent + ": is missing; certificate, key and ca belong together");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1:5799",
        "10.0.0.1:1, 10.0.0.1:1",
        "node-1.internal:65535, node-1.internal:65535",
        "[fd00::2], [fd00::2]:5799",
        "[fd00::2]:7, [fd00::2]:7"
    })
    void member_without_a_port_has_the_port_of_this_node(String member, String contact) {
        assertThat(ClusterFixture.config("cluster.port=5799", "cluster.members=[\"" + member + "\"]")
                        .members())
                .extracting(HostPort::toString)
                .containsExactly(contact);
    }

    @Test
    void kubernetes_service_is_found_by_dns_or_by_the_api_and_not_by_both() {
        assertThat(ClusterFixture.problems("cluster.kubernetes={\"serviceDns\": \"a\", \"service\": \"b\"}"))
                .containsExactly("cluster.kubernetes.service: is set together with serviceDns; leave one of both out");
        assertThat(ClusterFixture.problems("cluster.kubernetes={\"namespace\": \"a\"}"))
                .hasSize(1);
    }
}
