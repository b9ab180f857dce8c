package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Problem;
import dev.portcullis.kit.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigTest {
    @TempDir
    Path folder;

    private static final String ALL = "{\"edge\": 2, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 64}";
    private static final String CLUSTER =
            "\"store\": {\"kind\": \"redis\"}," + " \"cluster\": {\"enabled\": true, \"members\": [\"127.0.0.1\"]}}";
    private static final Map<String, String> UNSERVED = Map.of("edwards", """
            -----BEGIN CERTIFICATE-----
            MIIBLjCB4aADAgECAhRQpL9dPx3K+uaiOL2t0tojXtK6yjAFBgMrZXAwDDEKMAgG
            A1UEAwwBYTAgFw0yNjExMjEwNjEwMzZaGA8yMTI2MTAyODA2MTAzNlowDDEKMAgG
            A1UEAwwBYTAqMAUGAytlcAMhADkHrylOao6pglKFOZvUZ/0xMQ1bo2BFN5bdNpSo
            s6Mio1MwUTAdBgNVHQ4EFgQUXLkK8uSOP51+CD0g7AFxPFY+F7gwHwYDVR0jBBgw
            FoAUXLkK8uSOP51+CD0g7AFxPFY+F7gwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD
            QQB1Ymti1cMNiKItt1H3/o58qhKtwN0aEa3ujupLJ+ggbGnLSOAbfW8wXaKEqlyg
            tzL9NxLOChGUyGjo2lJQL8AE
            -----END CERTIFICATE-----
            """, "short-rsa", """
            -----BEGIN CERTIFICATE-----
            MIIB9jCCAV+gAwIBAgIUfqtwaTfIk1x73/KuaWPqdoS17B8wDQYJKoZIhvcNAQEL
            BQAwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjExMDEwMzBaGA8yMTI2MTAyODEwMTAz
            MFowDDEKMAgGA1UEAwwBYTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAznWr
            ebtBoHwk8eH4WsOaXeC+TvwmmFPF46g9SHfGB2D7Al1mbS2phoOQiNZYACkrfV29
            NwyA8l2vxn35C4iZt/ZndecnVHvg0nU+FuQo8TUJSNbpa9prCxCIlr6/0ZneYHbA
            pVoF1k7w/90aLmJgwWUoVgHMXQsfmBdbXbamnY8CAwEAAaNTMFEwHQYDVR0OBBYE
            FDNBREkAISZ9GnwEJ3rPA0q5vFasMB8GA1UdIwQYMBaAFDNBREkAISZ9GnwEJ3rP
            A0q5vFasMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEAi7bZ8wJ6
            QGdBA2N/DZKRJI8LrlVzcMjj0TtNwTtMDM/0aBcOY6lAogtfqKmvFoawH/U1W0TP
            q8dt+dQ3sJNi4PA0s6AXuENYYAPcWBmPOiMMc+AaOYVdLpbD/O/5jqOnCUAoSdbd
            qq/UA0DfXoU6h5sjFb2k/ysxW+ygld20FyE=
            -----END CERTIFICATE-----
            """, "secp256k1", """
            -----BEGIN CERTIFICATE-----
            MIIBazCCARKgAwIBAgIUZ89eKanKMUM156s8UM8im4kiaEgwCgYIKoZIzj0EAwIw
            DDEKMAgGA1UEAwwBYTAgFw0yNjExMjExMDEwMjlaGA8yMTI2MTAyODEwMTAyOVow
            DDEKMAgGA1UEAwwBYTBWMBAGByqGSM49AgEGBSuBBAAKA0IABPdgo9OSo00nBC9M
            ozNZZN8DkQIh9WkV/sgf/4RYeJsBD2f9jWIGW2/1QNFye9c1kztrPH6O/HNqf55x
            e1wWx/KjUzBRMB0GA1UdDgQWBBSc0V9bq+bRvO9d4yC9GIScpuUq+DAfBgNVHSME
            GDAWgBSc0V9bq+bRvO9d4yC9GIScpuUq+DAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
            SM49BAMCA0cAMEQCIEy0wz1dRYDmTSKQv79DSC6Ah+IybIRjMyt8YDrlBB0vAiBz
            g5peVWBBuE1RqTMgfMWBQGwyiHoHoVQKITJSpnHjXw==
            -----END CERTIFICATE-----
            """);

    @Test
    void empty_configuration_runs_every_stage_on_loopback_with_an_edge_for_each_core() {
        NodeConfig config = good("{}");
        assertThat(config.dev()).isFalse();
        int cores = Math.min(64, Runtime.getRuntime().availableProcessors());
        assertThat(config.stages())
                .isEqualTo(Map.of(
                        Stage.EDGE, cores, Stage.AUTH, 1, Stage.RATELIMIT, 1, Stage.ROOMS, 1, Stage.BROADCAST, 1));
        assertThat(config.publicListener()).isEqualTo(new HostPort("127.0.0.1", 8080));
        assertThat(config.adminListener()).isEqualTo(new HostPort("127.0.0.1", 9090));
        assertThat(config.store().path()).isEmpty();
    }

    @Test
    void stage_runs_in_the_configured_number_of_instances() {
        assertThat(good("{\"stages\": " + ALL + "}").stages())
                .isEqualTo(
                        Map.of(Stage.EDGE, 2, Stage.AUTH, 1, Stage.RATELIMIT, 1, Stage.ROOMS, 1, Stage.BROADCAST, 64));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void single_node_runs_an_omitted_stage_and_refuses_one_that_is_switched_off(Stage stage) {
        String key = "\"" + stage.id() + "\": ";
        String without = ALL.replaceAll(key + "\\d+(, )?", "").replace(", }", "}");
        String off = ALL.replaceAll(key + "\\d+", key + "0");
        String line = "stages." + stage.id() + ": does not run; it is needed where cluster.enabled is not true:"
                + " a whole number from 1 to 64 is needed";
        assertThat(good("{\"stages\": " + without + "}").instances(stage))
                .isEqualTo(good("{}").instances(stage));
        assertThat(problems("{\"stages\": " + off + "}")).containsExactly(line);
    }

    @Test
    void files_on_a_disk_are_refused_in_a_cluster_and_have_a_public_origin_outside_of_development() {
        String disk = "\"uploads\": {\"kind\": \"disk\", \"folder\": \"files\"";
        String named = disk + ", \"publicUrl\": \"https://chat.example\"}";
        assertThat(problems("{" + disk + "}}")).anyMatch(line -> line.startsWith("uploads.publicUrl: is missing"));
        assertThat(good("{\"dev\": true, " + disk + "}}").uploads().publicUrl()).isEmpty();
        assertThat(good("{" + named + "}").uploads().publicUrl()).isEqualTo("https://chat.example");
        assertThat(problems("{\"cluster\": {\"enabled\": true}, " + named + "}"))
                .anyMatch(line -> line.startsWith("uploads.kind: is disk, which only one node can use"));
    }

    @Test
    void stages_of_another_type_are_one_problem() {
        assertThat(problems("{\"stages\": 5}")).containsExactly("stages: is a number; an object is needed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "127.0.0.1", "127.9.8.7", "::1", "0:0:0:0:0:0:0:1"})
    void development_node_on_loopback_is_accepted(String host) {
        good("{\"dev\": true, \"http\": {\"host\": \"" + host + "\"}, \"admin\": {\"host\": \"" + host + "\"}}");
    }

    /** Its secret is published: anyone who reaches such a node could be admin (CWE-798). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "192.168.0.1",
                "localhost.example.com",
                "127.0.0.1.example.com",
                "xlocalhost",
                "127.1",
                "::ffff:10.0.0.1",
                "1270.0.0.1"
            })
    void development_node_beyond_loopback_is_refused(String host) {
        String fix = ": reaches beyond this machine in a configuration for development; write 127.0.0.1, or begin with"
                + " conf/node.json and leave dev out";
        assertThat(problems("{\"dev\": true, \"http\": {\"host\": \"" + host + "\"}}"))
                .containsExactly("http.host" + fix);
        assertThat(problems("{\"dev\": true, \"admin\": {\"host\": \"" + host + "\"}}"))
                .containsExactly("admin.host" + fix);
        good("{\"dev\": false, \"http\": {\"host\": \"" + host + "\"}}");
        assertThat(problems("{\"admin\": {\"host\": \"" + host + "\"}}"))
                .singleElement()
                .asString()
                .startsWith("admin.host: reaches beyond this machine, in plain HTTP; ")
                .contains("admin.trustedNetwork");
        good("{\"admin\": {\"host\": \"" + host + "\", \"trustedNetwork\": true}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "http://x", "[::1]", "x/y", "\\u0000"})
    void host_of_another_form_is_refused(String host) {
        assertThat(problems("{\"http\": {\"host\": \"" + host + "\"}}"))
                .singleElement()
                .asString()
                .startsWith("http.host: is ");
    }

    @Test
    void access_token_in_the_cookie_of_refresh_tokens_is_refused() {
        assertThat(problems("{\"auth\": {\"issuers\": [{\"secret\": \"" + Configs.SECRET
                        + "\"}], \"cookieName\": \"__Host-portcullis_refresh\"}}"))
                .anyMatch(each -> each.startsWith("auth.cookieName: is the cookie of refresh tokens"));
    }

    @Test
    void frame_limit_above_the_byte_limit_of_a_user_is_refused() {
        String sizes =
                "{\"limits\": {\"frameBytes\": %d}, \"ratelimit\": {\"enabled\": %b, \"user\": {\"bytes\": %d}}}";
        good(sizes.formatted(100_000, true, 100_000));
        assertThat(problems(sizes.formatted(100_001, true, 100_000)))
                .containsExactly("ratelimit.user.bytes: is below limits.frameBytes; a frame of that size could never be"
                        + " sent: at least 100001 is needed");
        good(sizes.formatted(100_001, false, 100_000));
    }

    @Test
    void read_deadline_that_makes_a_join_too_late_is_refused() {
        String times = "{\"streams\": {\"readMs\": %d}}";
        good(times.formatted(2_900));
        assertThat(problems(times.formatted(2_901)))
                .containsExactly("streams.readMs: lets a join wait for 4901 ms with twice bus.deadlineMs; both together"
                        + " may take 4900 ms: an unavailable is due within 5 s");
    }

    @Test
    void redis_timeout_not_below_the_bus_deadline_is_refused() {
        String times = "{\"store\": {\"kind\": \"%s\", \"redis\": {\"timeoutMs\": %d}}, \"bus\": {\"deadlineMs\": %d}}";
        good(times.formatted("redis", 699, 700));
        assertThat(problems(times.formatted("redis", 700, 700)))
                .containsExactly(
                        "store.redis.timeoutMs: is not below bus.deadlineMs; a stage must be able to say that the"
                                + " store does not answer: less than 700 is needed");
        good(times.formatted("embedded", 700, 700));
    }

    @Test
    void waits_for_keys_and_signatures_not_below_the_bus_deadline_are_refused_where_they_are_set() {
        good("{\"bus\": {\"deadlineMs\": 200}}");
        String times = "{\"auth\": {\"issuers\": [{\"secret\": \"a secret of the tests, 32 bytes or more\"}],"
                + " \"%s\": {\"%s\": 700}}, \"bus\": {\"deadlineMs\": %d}}";
        good(times.formatted("jwks", "waitMs", 701));
        assertThat(problems(times.formatted("jwks", "waitMs", 700)))
                .singleElement()
                .asString()
                .startsWith("auth.jwks.waitMs: is not below bus.deadlineMs");
        assertThat(problems(times.formatted("signatures", "maxWaitMs", 700)))
                .singleElement()
                .asString()
                .startsWith("auth.signatures.maxWaitMs: is not below bus.deadlineMs");
    }

    @Test
    void moderation_that_may_last_as_long_as_a_question_on_the_bus_is_refused() {
        String hook =
                "{\"content\": {\"hook\": {\"url\": \"https://mod.example/\", \"deadlineMs\": %d}}, \"bus\": {\"deadlineMs\":"
                        + " 700}}";
        good(hook.formatted(699));
        assertThat(problems(hook.formatted(700)))
                .singleElement()
                .asString()
                .startsWith("content.hook.deadlineMs: is not below bus.deadlineMs");
    }

    @Test
    void question_about_a_direct_message_that_may_last_as_long_as_one_on_the_bus_is_refused() {
        String hook =
                "{\"direct\": {\"allow\": \"hook\", \"hook\": {\"url\": \"https://app.example/\", \"deadlineMs\": %d}},"
                        + " \"bus\": {\"deadlineMs\": 700}}";
        good(hook.formatted(699));
        assertThat(problems(hook.formatted(700)))
                .singleElement()
                .asString()
                .startsWith("direct.hook.deadlineMs: is not below bus.deadlineMs");
    }

    @Test
    void moderation_that_fails_open_is_a_warning() {
        String hook = "{\"content\": {\"hook\": {\"url\": \"https://mod.example/\", \"onFailure\": \"%s\"}}}";
        ExposureWarnings.Opening opening = new ExposureWarnings.Opening(
                "messages that no moderation saw while its service is down", "content.hook.onFailure");
        assertThat(ExposureWarnings.of(good(hook.formatted("open"))).openings()).contains(opening);
        assertThat(ExposureWarnings.of(good(hook.formatted("closed"))).openings())
                .doesNotContain(opening);
    }

    @Test
    void redis_timeout_not_below_the_age_of_cutoffs_is_refused() {
        String times = "{\"store\": {\"kind\": \"redis\", \"redis\": {\"timeoutMs\": %d}},"
                + " \"bus\": {\"deadlineMs\": 1200}, \"broadcast\": {\"publishTimeoutMs\": 2000}}";
        good(times.formatted(999));
        assertThat(problems(times.formatted(1_000)))
                .containsExactly(
                        "store.redis.timeoutMs: is not below cutoffs.maxAgeMs; each read of the cutoffs that fails would"
                                + " delay all frames: less than 1000 is needed");
    }

    @Test
    void message_limit_above_the_outbox_is_refused() {
        String sizes = "{\"broadcast\": {\"messageBytes\": %d}, \"limits\": {\"outboxBytes\": 100000}}";
        good(sizes.formatted(100_000));
        assertThat(problems(sizes.formatted(100_001)))
                .containsExactly("limits.outboxBytes: is below broadcast.messageBytes; such a message would disconnect"
                        + " all its readers: at least 100001 is needed");
    }

    @Test
    void message_limit_above_half_a_link_is_refused() {
        String sizes = "\"broadcast\": {\"messageBytes\": %d}, \"bus\": {\"link\": {\"bytes\": 100000}}";
        good("{" + sizes.formatted(50_000) + ", " + CLUSTER);
        assertThat(problems("{" + sizes.formatted(50_001) + ", " + CLUSTER))
                .containsExactly(
                        "bus.link.bytes: is below twice broadcast.messageBytes; such a message would be dropped on"
                                + " its way to other nodes: at least 100002 is needed");
        good("{" + sizes.formatted(50_001) + "}");
    }

    @Test
    void interest_bits_that_are_no_power_of_two_are_refused() {
        good("{\"broadcast\": {\"interestBits\": 4096}}");
        assertThat(problems("{\"broadcast\": {\"interestBits\": 5000}}"))
                .containsExactly("broadcast.interestBits: is no power of two; the nearest ones are 4096 and 8192");
    }

    @Test
    void deadlines_of_a_frame_beyond_five_seconds_are_refused() {
        String times =
                "{\"bus\": {\"deadlineMs\": %d}, \"broadcast\": {\"publishTimeoutMs\": %d}, \"cutoffs\": {\"maxWaitMs\": %d}}";
        String fix = " ms with twice bus.deadlineMs; both together may take 4900 ms: an unavailable is due within 5 s";
        good(times.formatted(1_000, 2_900, 2_900));
        assertThat(problems(times.formatted(1_000, 2_901, 2_900)))
                .containsExactly("broadcast.publishTimeoutMs: lets a frame wait for 4901" + fix);
        assertThat(problems(times.formatted(1_000, 2_900, 2_901)))
                .containsExactly("cutoffs.maxWaitMs: lets a frame wait for 4901" + fix);
        assertThat(problems(times.formatted(1_451, 2_000, 1_999)))
                .containsExactly("broadcast.publishTimeoutMs: lets a frame wait for 4902" + fix);
    }

    @Test
    void required_tls_without_certificate_or_proxy_is_refused() {
        String problem = "tls.required: is true, with neither tls.certificate nor http.trustedProxies: no client could"
                + " connect; give the node a certificate and its key, or name the proxy that ends TLS";
        assertThat(problems("{\"tls\": {}}")).as("the default").containsExactly(problem);
        assertThat(problems("{\"tls\": {\"required\": true}, \"http\": {\"trustedProxies\": []}}"))
                .containsExactly(problem);
        good("{\"tls\": {}, \"http\": {\"trustedProxies\": [\"10.0.0.1\"]}}");
        SelfSigned files = SelfSigned.any();
        good("{\"tls\": {\"certificate\": \"%s\", \"key\": \"%s\"}}".formatted(files.certificate(), files.key()));
        SelfSigned others = SelfSigned.in(folder);
        assertThat(problems("{\"tls\": {\"certificate\": \"%s\", \"key\": \"%s\"}}"
                        .formatted(files.certificate(), others.key())))
                .containsExactly("tls.key: the file \"" + others.key() + "\" does not belong to tls.certificate;"
                        + " give the private key that the certificate was made for");
        good("{\"tls\": {\"required\": false}}");
        assertThat(problems("{\"tls\": {}, \"dev\": true}")).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "edwards, a key of EdDSA",
        "short-rsa, a key of RSA with 1024 bits",
        "secp256k1, a key on a curve that is not served",
    })
    void certificate_with_an_unsupported_key_is_refused(String name, String key) throws IOException {
        Path certificate = Files.writeString(folder.resolve(name), UNSERVED.get(name));
        assertThat(problems("{\"tls\": {\"certificate\": \"%s\", \"key\": \"%s\"}}"
                        .formatted(certificate, SelfSigned.any().key())))
                .containsExactly("tls.certificate: the file \"" + certificate + "\" is made for " + key
                        + "; give one for a key of RSA of 2048 bits or more, or EC on P-256, P-384 or P-521");
    }

    @Test
    void heartbeat_timeout_not_above_the_interval_is_refused() {
        String heartbeat = "{\"heartbeat\": {\"intervalMs\": %d, \"timeoutMs\": %d}}";
        good(heartbeat.formatted(10_000, 10_001));
        assertThat(problems(heartbeat.formatted(10_000, 10_000)))
                .containsExactly("heartbeat.timeoutMs: is not above intervalMs; give the peer time to answer a ping");
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void cluster_node_may_run_any_single_stage(Stage stage) {
        NodeConfig config = good("{\"stages\": {\"" + stage.id() + "\": 2}, " + CLUSTER);
        assertThat(config.stages())
                .allSatisfy((each, instances) -> assertThat(instances).isEqualTo(each == stage ? 2 : 0));
    }

    @Test
    void cluster_node_without_a_stage_is_refused() {
        assertThat(problems("{\"stages\": {}, " + CLUSTER))
                .containsExactly("stages: names none that runs; give at least one stage an instance");
    }

    /** With embedded stores each node would order the same rooms on its own. */
    @Test
    void cluster_with_an_embedded_store_is_refused() {
        assertThat(problems("{" + CLUSTER.replace("redis", "embedded")))
                .containsExactly("store.kind: is embedded, which only one node can use, and cluster.enabled is true;"
                        + " write redis and say in store.redis where it is");
    }

    @Test
    void issuer_is_needed_only_where_auth_runs() {
        good("{\"auth\": {}, \"stages\": {\"edge\": 1}, " + CLUSTER);
        assertThat(problems("{\"auth\": {}, \"stages\": {\"auth\": 1}, " + CLUSTER))
                .containsExactly(
                        "auth.issuers: is empty, so no client could authenticate; name one: {\"secret\": {\"$env\": …}}");
        assertThat(problems("{\"auth\": {}}")).hasSize(1);
    }

    @Test
    void tls_or_proxy_is_needed_only_where_an_edge_runs() {
        good("{\"tls\": {\"required\": true}, \"stages\": {\"auth\": 1}, " + CLUSTER);
        assertThat(problems("{\"tls\": {\"required\": true}, \"stages\": {\"edge\": 1}, " + CLUSTER))
                .singleElement()
                .asString()
                .startsWith("tls.required: is true, with neither");
    }

    /** They would take each other's connections, or one would keep the other from starting. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "0.0.0.0, 127.0.0.1",
        "127.0.0.1, 0.0.0.0",
        "::, 127.0.0.1",
        "0.0.0.0, ::",
        "0:0:0:0:0:0:0:0, 10.0.0.1",
        "localhost, 127.0.0.1",
        "LOCALHOST, localhost",
        "::1, 0:0:0:0:0:0:0:1",
        "10.0.0.1, ::ffff:10.0.0.1",
        "chat.internal, 10.0.0.1",
    })
    void two_listeners_on_one_address_are_refused(String http, String admin) {
        String places = "{\"http\": {\"host\": \"%s\", \"port\": %d},"
                + " \"admin\": {\"trustedNetwork\": true, \"host\": \"%s\", \"port\": %d}}";
        assertThat(problems(places.formatted(http, 7000, admin, 7000)))
                .containsExactly("admin.port: is " + new HostPort(admin, 7000) + ", and http.port is "
                        + new HostPort(http, 7000) + "; give each a port of its own");
        good(places.formatted(http, 7000, admin, 7001));
        good(places.formatted(http, 0, admin, 0));
    }

    @Test
    void one_port_on_two_addresses_is_accepted() {
        good(
                "{\"http\": {\"host\": \"10.0.0.1\", \"port\": 7000}, \"admin\": {\"host\": \"127.0.0.1\", \"port\": 7000}}");
    }

    @Test
    void cluster_ports_conflict_like_other_listeners() {
        String ports = "{\"http\": {\"port\": %d}, \"admin\": {\"port\": %d}, "
                + CLUSTER.replace("\"enabled\": true,", "\"enabled\": true, \"port\": %d, \"bus\": {\"port\": %d},");
        good(ports.formatted(1, 2, 3, 4));
        good(ports.formatted(1, 2, 3, 0));
        assertThat(problems(ports.formatted(1, 2, 3, 3)))
                .singleElement()
                .asString()
                .startsWith("cluster.bus.port: ");
        assertThat(problems(ports.formatted(1, 2, 2, 3)))
                .singleElement()
                .asString()
                .startsWith("cluster.port: ");
        assertThat(problems(ports.formatted(1, 2, 3, 1)))
                .singleElement()
                .asString()
                .startsWith("cluster.bus.port: ");
        assertThat(problems(ports.formatted(5, 5, 5, 5))).as("each pair").hasSize(6);
        good("{\"http\": {\"port\": 5701}, \"admin\": {\"port\": 5702}}");
    }

    /** The secret is published in conf/dev.json (CWE-798). */
    @Test
    void published_secret_is_refused_except_for_development() {
        String issuers = "{\"dev\": %b, \"auth\": {\"issuers\": ["
                + "{\"secret\": \"one-of-our-own-which-no-one-else-knows-it\", \"userPrefix\": \"a:\"},"
                + "{\"secret\": \"dev-only-secret-known-to-everybody-who-reads-this\", \"userPrefix\": \"b:\"}]}}";
        good(issuers.formatted(true));
        assertThat(problems(issuers.formatted(false)))
                .containsExactly("auth.issuers[1].secret: is published with the source, and dev is not true; make one"
                        + " of your own: openssl rand -base64 48");
    }

    /** Each place of a secret, so that none is forgotten. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "auth.issuers[0].secret|{'dev': %b, 'auth': {'issuers': [{'secret': '%s'}]}}",
                "accounts.secret|{'dev': %b, 'accounts': {'secret': '%s'}}",
                "admin.apiKey|{'dev': %b, 'admin': {'apiKey': '%s'}}",
                "audit.pseudonymSecret|{'dev': %b, 'audit': {'pseudonymise': 'addresses', 'pseudonymSecret': '%s'}}",
                "hooks.http.secret|{'dev': %b, 'hooks': {'http': {'url': 'https://a.example/', 'secret': '%s'}}}",
                "rooms.authorizer.http.secret|{'dev': %b, 'rooms': {'authorizer': {'http': {'url': 'https://a.example/', 'secret': '%s'}}}}",
                "direct.hook.secret|{'dev': %b, 'direct': {'hook': {'url': 'https://a.example/', 'secret': '%s'}}}",
                "content.hook.secret|{'dev': %b, 'content': {'hook': {'url': 'https://a.example/', 'secret': '%s'}}}"
            })
    void secret_that_its_form_lets_guess_is_refused_except_for_development(String key, String json) {
        String form = json.replace('\'', '"');
        assertThat(problems(form.formatted(false, "s3cret-".repeat(6))))
                .containsExactly(key + ": repeats one pattern, and dev is not true; make one of your own:"
                        + " openssl rand -base64 48");
        assertThat(problems(form.formatted(false, "dev-only-secret-known-to-everybody-who-reads-this")))
                .containsExactly(key + ": is published with the source, and dev is not true; make one of your own:"
                        + " openssl rand -base64 48");
        good(form.formatted(false, Configs.SECRET));
        good(form.formatted(true, "s3cret-".repeat(6)));
    }

    @Test
    void published_api_key_is_refused_except_for_development() {
        String admin = "{\"dev\": %b, \"admin\": {\"apiKey\": \"dev-only-secret-known-to-everybody-who-reads-this\"}}";
        assertThat(ExposureWarnings.of(good(admin.formatted(true))).openings())
                .contains(new ExposureWarnings.Opening("a dev-only API key", "admin.apiKey"));
        assertThat(problems(admin.formatted(false)))
                .containsExactly(
                        "admin.apiKey: is published with the source, and dev is not true; make one of your own:"
                                + " openssl rand -base64 48");
    }

    @Test
    void invalid_origin_is_one_problem() {
        assertThat(problems("{\"origin\": {\"allowed\": [\"chat.example.com\"]}}"))
                .singleElement()
                .asString()
                .startsWith("origin.allowed[0]: is no origin; ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, 99_999})
    void invalid_port_in_a_list_of_hosts_is_refused(int port) {
        assertThat(problems(
                        "{\"admin\": {\"hosts\": [\"a.example:443\", \"[::1]:%d\", \"b:%d\"]}}".formatted(port, port)))
                .containsExactly("admin.hosts: holds \"[::1]:%d\", \"b:%d\"; a port is a whole number from 1 to 65535"
                        .formatted(port, port));
        assertThat(problems("{" + CLUSTER.replace("127.0.0.1", "127.0.0.1:" + port)))
                .singleElement()
                .asString()
                .startsWith("cluster.members")
                .contains("127.0.0.1:" + port);
    }

    @Test
    void empty_list_of_origins_is_refused_unless_native_clients_may_connect() {
        String origin = "{\"origin\": {\"allowed\": [%s], \"missing\": \"%s\"}}";
        String problem =
                "origin.allowed: is empty, and origin.missing is reject: no client could connect; name the origins"
                        + " of your pages, or write allow_with_bearer for native clients alone";
        assertThat(problems("{\"origin\": {}}")).as("the default").containsExactly(problem);
        assertThat(problems(origin.formatted("", "reject"))).containsExactly(problem);
        good(origin.formatted("", "allow_with_bearer"));
        good(origin.formatted("", "allow"));
        good(origin.formatted("\"https://a.example\"", "reject"));
        good("{\"origin\": {}, \"stages\": {\"auth\": 1}, " + CLUSTER);
    }

    @Test
    void cookies_need_an_origin_in_each_handshake() {
        assertThat(problems(cookies("allow", "cookie")))
                .containsExactly("origin.missing: is not reject, and auth.accept names cookie; write reject: a browser"
                        + " sends its cookie for any page, and the Origin tells which");
        assertThat(problems(cookies("allow_with_bearer", "cookie"))).hasSize(1);
        good(cookies("reject", "cookie"));
        good(cookies("allow", "query"));
    }

    @Test
    void tokens_in_addresses_and_cookies_without_csrf_tokens_are_exposures() {
        assertThat(ExposureWarnings.of(good(cookies("allow", "query"))).openings())
                .contains(new ExposureWarnings.Opening("tokens in URLs", "auth.accept"));
        ExposureWarnings.Opening tossed =
                new ExposureWarnings.Opening("a cookie that sibling domains can set", "auth.cookieName");
        assertThat(ExposureWarnings.of(good(cookies("reject", "cookie"))).openings())
                .doesNotContain(tossed);
        assertThat(ExposureWarnings.of(good(cookies("reject", "cookie")
                                .replace("\"auth\": {", "\"auth\": {\"cookieName\": \"t\", ")))
                        .openings())
                .contains(tossed);
        ExposureWarnings.Opening forged = new ExposureWarnings.Opening("cookies without CSRF tokens", "csrf.require");
        assertThat(ExposureWarnings.of(good(cookies("reject", "cookie"))).openings())
                .doesNotContain(forged);
        assertThat(ExposureWarnings.of(good("{\"csrf\": {\"require\": \"never\"}, "
                                + cookies("reject", "cookie").substring(1)))
                        .openings())
                .contains(forged);
    }

    private static String cookies(String missing, String source) {
        return """
                {"origin": {"allowed": ["https://a.example"], "missing": "%s"},
                 "auth": {"accept": ["%s"], "issuers": [{"secret": "%s"}]}}
                """.formatted(missing, source, Configs.SECRET);
    }

    private static NodeConfig good(String json) {
        return ConfigFile.load(Configs.of(json), List.of(), Map.of(), NodeConfigReader::read)
                .fold(loaded -> loaded.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    private static List<String> problems(String json) {
        return ConfigFile.load(Configs.of(json), List.of(), Map.of(), NodeConfigReader::read)
                .fold(
                        good -> List.of(),
                        bad -> bad.problems().stream().map(Problem::toString).toList());
    }
}
