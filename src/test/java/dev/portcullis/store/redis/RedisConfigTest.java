package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.EffectiveValues;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Json;
import dev.portcullis.config.OutgoingTls;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.store.redis.RedisConfig.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisConfigTest {
    @TempDir
    Path folder;

    @Test
    void empty_section_means_one_server_on_loopback() {
        RedisConfig config = good("{}");
        assertThat(config.topology()).isEqualTo(Topology.STANDALONE);
        assertThat(config.endpoints()).containsExactly(new HostPort("127.0.0.1", 6379));
        assertThat(config.credentials()).isEqualTo(RedisCredentials.NONE);
        assertThat(config.tls()).isEmpty();
        assertThat(config.timeoutMs()).isEqualTo(500);
        assertThat(config.connectMs()).isEqualTo(2_000);
        assertThat(config.waiting()).isEqualTo(2_048);
        assertThat(config.limit()).isEqualTo(new AdaptiveCallLimit.Bounds(200, 32));
        assertThat(config.reconnect()).isEqualTo(new ReconnectBackoff.Bounds(50, 1_000));
        assertThat(config.isPlaintextRemote()).isFalse();
        assertThat(config.acks()).isEqualTo(new ReplicaAcks(0, 1_000));
        assertThat(config.acks().areAwaited()).isFalse();
    }

    @Test
    void acks_wait_for_replicas_within_the_time_of_a_question() {
        ReplicaAcks acks = good("{\"ackReplicas\": 2, \"ackMs\": 800}").acks();
        assertThat(acks).isEqualTo(new ReplicaAcks(2, 800));
        assertThat(acks.areAwaited()).isTrue();
        assertThat(acks.within(1_000)).isEqualTo(new ReplicaAcks(2, 750));
        assertThat(acks.within(4_000)).isEqualTo(acks);
    }

    @Test
    void uri_may_contain_credentials_and_several_hosts() {
        RedisConfig config = good("""
                {"uri": "rediss://chat:p%40ss+1@one.example.com,10.0.0.2:7000,[fd00::3]:7001/0", "topology": "cluster"}""");
        assertThat(config.endpoints())
                .containsExactly(
                        new HostPort("one.example.com", 6379),
                        new HostPort("10.0.0.2", 7000),
                        new HostPort("fd00::3", 7001));
        assertThat(config.credentials())
                .isEqualTo(new RedisCredentials(Optional.of("chat"), Optional.of(new Secret("p@ss+1"))));
        assertThat(config.tls()).contains(OutgoingTls.JDK_DEFAULTS);
        assertThat(good("{\"uri\": \"redis://:only@localhost\"}").credentials())
                .isEqualTo(new RedisCredentials(Optional.empty(), Optional.of(new Secret("only"))));
    }

    @Test
    void password_in_the_uri_is_never_printed() {
        Read read = read("{\"uri\": \"redis://chat:hunter2@127.0.0.1:7000\", \"timeoutMs\": 1}");
        assertThat(read.effective())
                .contains("redis://[REDACTED]@127.0.0.1:7000")
                .doesNotContain("hunter2");
        Read wrong = read("{\"uri\": \"redis://chat:hunter2@127.0.0.1:7000/3\"}");
        assertThat(wrong.problems())
                .singleElement()
                .asString()
                .startsWith("uri: does not fit (its value is not shown)")
                .doesNotContain("hunter2");
        assertThat(wrong.effective()).doesNotContain("hunter2");
        assertThat(good("{\"uri\": \"redis://chat:hunter2@127.0.0.1\"}").toString())
                .doesNotContain("hunter2");
    }

    @Test
    void credentials_may_be_separate_keys_but_not_given_twice() {
        assertThat(good("{\"user\": \"chat\", \"password\": \"secret\"}").credentials())
                .isEqualTo(new RedisCredentials(Optional.of("chat"), Optional.of(new Secret("secret"))));
        assertThat(problems("{\"uri\": \"redis://chat:a@127.0.0.1\", \"password\": \"b\"}"))
                .containsExactly("uri: names a user or a password, and so do user and password; keep one of the two");
    }

    /** Redis would authenticate us as {@code default}, who may do anything. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"uri\": \"redis://chat@127.0.0.1\"}", "{\"user\": \"chat\"}"})
    void user_without_a_password_is_refused(String redis) {
        assertThat(problems(redis))
                .containsExactly(
                        "password: is missing, and a user is named; give the user's password, or name no user");
    }

    @Test
    void sentinel_user_without_a_password_is_refused() {
        assertThat(problems("{\"topology\": \"sentinel\", \"masterName\": \"chat\", \"sentinelUser\": \"x\"}"))
                .containsExactly(
                        "sentinelPassword: is missing, and a user is named; give the user's password, or name no user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proj_redis_1:6379", "redis.1", "redis-"})
    void host_name_that_is_no_valid_uri_host_is_refused(String host) {
        assertThat(problems("{\"uri\": \"rediss://" + host + "\"}"))
                .containsExactly(
                        "uri: names a host that can't be connected to; use a name of letters, digits, hyphens and"
                                + " dots, without underscores, or an address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1",
                "redis://",
                "redis://a b",
                "redis://a:b:c",
                "redis://h/1",
                "127.0.0.1",
                "redis://chat:100%sure@h",
                "redis://chat:half%4@h",
                "redis://chat:end%@h",
                "redis://50%off:x@h"
            })
    void invalid_uri_is_refused_without_quoting_it(String uri) {
        assertThat(problems("{\"uri\": \"" + uri + "\"}"))
                .singleElement()
                .asString()
                .isEqualTo("uri: does not fit (its value is not shown); redis://[user:password@]host[:port][,host...]"
                        + " (rediss:// for TLS; in user and password % as %25, / as %2F and @ as %40) is needed");
    }

    @Test
    void port_above_65535_is_refused() {
        assertThat(problems("{\"uri\": \"redis://127.0.0.1:65536\"}"))
                .containsExactly("uri: names a port that does not exist; a port is a number from 1 to 65535");
    }

    @Test
    void master_name_is_required_with_sentinels_and_refused_without() {
        assertThat(problems("{\"topology\": \"sentinel\"}"))
                .containsExactly(
                        "masterName: is missing; sentinels watch several masters: the name of this store's master is needed");
        assertThat(good("{\"topology\": \"sentinel\", \"masterName\": \"chat\", \"sentinelPassword\": \"x\"}")
                        .sentinelCredentials())
                .isEqualTo(new RedisCredentials(Optional.empty(), Optional.of(new Secret("x"))));
        assertThat(problems("{\"masterName\": \"chat\"}"))
                .containsExactly(
                        "topology: has no sentinels, but masterName or sentinel credentials are given; write sentinel");
    }

    /** Messages, sessions and the password itself (CWE-319). */
    @Test
    void plain_text_beyond_loopback_is_refused_unless_the_network_is_trusted() {
        String line = "uri: is in plain text and leaves this machine; write rediss://, or set trustedNetwork if no one"
                + " else can read that network";
        assertThat(problems("{\"uri\": \"redis://10.0.0.2\"}")).containsExactly(line);
        assertThat(problems("{\"uri\": \"redis://127.0.0.1,127.0.0.1.example.com\"}"))
                .containsExactly(line);
        assertThat(good("{\"uri\": \"redis://10.0.0.2\", \"trustedNetwork\": true}")
                        .isPlaintextRemote())
                .isTrue();
        assertThat(good("{\"uri\": \"rediss://10.0.0.2\"}").isPlaintextRemote()).isFalse();
        good("{\"uri\": \"redis://localhost,[::1]:7000,127.9.9.9\"}");
    }

    @Test
    void certificate_without_its_key_and_tls_without_rediss_are_refused() {
        assertThat(problems("{\"uri\": \"rediss://127.0.0.1\", \"tls\": {\"certificate\": \"%s\"}}"
                        .formatted(SelfSigned.any().certificate())))
                .containsExactly("tls.key: is missing; a certificate and its key belong together");
        assertThat(problems(
                        "{\"tls\": {\"ca\": \"%s\"}}".formatted(SelfSigned.any().certificate())))
                .containsExactly("uri: is in plain text, but tls is configured; write rediss://");
        SelfSigned other = SelfSigned.in(folder);
        assertThat(problems("{\"uri\": \"rediss://127.0.0.1\", \"tls\": {\"certificate\": \"%s\", \"key\": \"%s\"}}"
                        .formatted(SelfSigned.any().certificate(), other.key())))
                .containsExactly("tls.key: the file \"" + other.key() + "\" does not belong to tls.certificate;"
                        + " give the private key that the certificate was made for");
    }

    @Test
    void last_wait_below_the_first_is_refused() {}

    private static RedisConfig good(String json) {
        Read read = read(json);
        assertThat(read.problems()).isEmpty();
        return read.config();
    }

    private static List<String> problems(String json) {
        return read(json).problems();
    }

    private static Read read(String json) {
        try {
            ConfigReading reading = new ConfigReading(Map.of(), Path.of("."));
            Map<?, ?> tree = (Map<?, ?>) Objects.requireNonNull(Json.parse(json));
            RedisConfig config = RedisConfig.read(Section.root(tree, reading));
            return new Read(
                    config,
                    reading.problems().found().stream().map(Problem::toString).toList(),
                    EffectiveValues.of(reading.settings()));
        } catch (IOException invalid) {
            throw new UncheckedIOException(invalid);
        }
    }

    /** The result of reading a section. */
    private record Read(RedisConfig config, List<String> problems, String effective) {}
}
