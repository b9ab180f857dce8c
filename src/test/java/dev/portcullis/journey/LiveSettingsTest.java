package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator changes settings while clients are connected. */
class LiveSettingsTest {
    private static final String OURS = "origin.allowed=[\"https://ours.example\"]";
    private static final String THEIRS = "origin.allowed=[\"https://theirs.example\"]";
    private static final String IN_HTTP = "auth.rejectWith=http";
    private static final String FIRST_KEY = issuer("the first secret of the tests, long enough");
    private static final String SECOND_KEY = issuer("the second secret of the tests, long enough");

    /** Else the passwords would depend on the first key, which could not be replaced. */
    private static final String OF_ACCOUNTS = "accounts.secret=the secret of the accounts, long enough";

    @Test
    void foreign_origin_is_refused_and_then_allowed() {
        try (TestNode node = TestNode.generous(OURS)) {
            assertThat(upgrade(node, "https://theirs.example")).isEqualTo(403);
            assertThat(upgrade(node, "https://ours.example")).isEqualTo(101);
            assertThat(readableBy(node, "https://theirs.example")).isEmpty();

            assertApplied(node, generous(THEIRS));

            assertThat(upgrade(node, "https://theirs.example")).isEqualTo(101);
            assertThat(upgrade(node, "https://ours.example")).isEqualTo(403);
            assertThat(readableBy(node, "https://theirs.example")).isEqualTo("https://theirs.example");
        }
    }

    /** The first is counted by the edge, the second by its stage. */
    @ParameterizedTest
    @CsvSource({"ratelimit.connection.minute=1, connection", "ratelimit.user.minute=1, user"})
    void lower_limit_counts_for_the_next_frame_of_an_open_connection(String limit, String scope) {
        try (TestNode node = TestNode.generous();
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "one", "m1").getString("type")).isEqualTo("ack");

            assertApplied(node, generous(limit));

            ann.send(new JsonObject()
                    .put("type", "chat")
                    .put("roomId", "lobby")
                    .put("content", "two")
                    .put("id", "m2"));
            assertThat(ann.next("rate_limited").getString("scope")).isEqualTo(scope);
        }
    }

    @Test
    void lower_limit_of_handshakes_counts_for_the_next_handshake() {
        try (TestNode node = TestNode.generous()) {
            assertThat(status(node, Upgrade.of())).isEqualTo(101);
            assertApplied(node, generous("ratelimit.handshakes.minute=1"));

            assertThat(status(node, Upgrade.of())).isEqualTo(429);
        }
    }

    @Test
    void permission_is_granted_and_withdrawn_on_an_open_connection() {
        String silent = "permissions={\"member\": [\"join\", \"leave\"]}";
        try (TestNode node = TestNode.generous(silent);
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "one", "m1").getString("reason")).isEqualTo("forbidden");

            assertApplied(node, generous());
            assertThat(ann.say("lobby", "two", "m2").getString("type")).isEqualTo("ack");

            assertApplied(node, generous(silent));
            assertThat(ann.say("lobby", "three", "m3").getString("reason")).isEqualTo("forbidden");
        }
    }

    @Test
    void policy_of_contents_and_public_rooms_count_for_the_next_frame() {
        try (TestNode node = TestNode.generous();
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            ann.say("lobby", "<b>one</b>", "m1");
            assertThat(ann.next("chat").getString("content")).isEqualTo("<b>one</b>");
            JsonObject join =
                    new JsonObject().put("type", "join").put("roomId", "annex").put("id", "j");
            assertThat(ann.ask(join).getString("reason")).isEqualTo("not_member");

            assertApplied(node, generous("content.policy=escape", "rooms.public=[\"lobby\", \"annex\"]"));

            ann.say("lobby", "<b>two</b>", "m2");
            assertThat(ann.next("chat").getString("content")).isEqualTo("&lt;b&gt;two&lt;/b&gt;");
            assertThat(ann.ask(join).getString("type")).isEqualTo("joined");
        }
    }

    @Test
    void retention_of_rooms_counts_for_the_next_entry() {
        try (TestNode node = TestNode.generous();
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            for (int i = 0; i < 5; i++) {
                ann.say("lobby", "text", "m" + i);
            }

            assertApplied(node, generous("retention.entries=2"));
            ann.say("lobby", "last", "m5");

            JsonObject history = new JsonObject()
                    .put("type", "history")
                    .put("roomId", "lobby")
                    .put("id", "h");
            assertThat(Await.until(
                            () -> ann.ask(history).getJsonArray("messages").size() == 2))
                    .as("the archive hears of it with the entries that come next")
                    .isTrue();
        }
    }

    @Test
    void application_that_is_named_meanwhile_is_asked_and_one_that_is_gone_is_not() throws Exception {
        HttpServer refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        refusing.createContext("/", exchange -> {
            byte[] answer = "{\"action\": \"refuse\"}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        refusing.start();
        int port = refusing.getAddress().getPort();
        try (TestNode node = TestNode.generous();
                JdkPeer ann = JdkPeer.admitted(node.ws(), node.token("ann"))) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "one", "m1").getString("type")).isEqualTo("ack");

            assertApplied(
                    node,
                    generous(
                            "content.hook.url=http://127.0.0.1:" + port + "/",
                            "content.hook.secret=the secret of the moderation in tests",
                            "content.hook.internalHosts=[\"127.0.0.1\"]"));
            assertThat(ann.say("lobby", "two", "m2").getString("type")).isEqualTo("error");

            assertApplied(node, generous());
            assertThat(ann.say("lobby", "three", "m3").getString("type")).isEqualTo("ack");
        } finally {
            refusing.stop(0);
        }
    }

    /** The old token was verified and remembered before. */
    @Test
    void token_of_a_replaced_key_is_refused_and_one_of_the_new_key_accepted() {
        String[] next = generous(SECOND_KEY, OF_ACCOUNTS, IN_HTTP);
        try (TestNode node = TestNode.generous(FIRST_KEY, OF_ACCOUNTS, IN_HTTP)) {
            String old = node.token("ann");
            try (JdkPeer ann = JdkPeer.admitted(node.ws(), old)) {
                assertThat(status(node, old)).isEqualTo(101);
                assertThat(status(node, signed(next))).isEqualTo(401);

                assertApplied(node, next);

                assertThat(status(node, old)).isEqualTo(401);
                assertThat(status(node, signed(next))).isEqualTo(101);
                assertThat(ann.ask(new JsonObject().put("type", "ping").put("id", "p"))
                                .getString("type"))
                        .as("the session that it opened stays")
                        .isEqualTo("pong");
            }
        }
    }

    @Test
    void new_handshakes_see_the_new_certificate_and_open_connections_stay(@TempDir Path folder) throws IOException {
        SelfSigned first = SelfSigned.in(Files.createDirectory(folder.resolve("first")));
        SelfSigned second = SelfSigned.in(Files.createDirectory(folder.resolve("second")));
        try (TestNode node = TestNode.generous("stages.edge=2", certificate(first), key(first));
                RawPeer peer = RawPeer.over(secure(node, first))) {
            assertThat(Upgrade.of().withToken(node.token("ann")).from(peer).status())
                    .isEqualTo(101);
            peer.next("auth_success");

            long before = serial(node, first);
            assertApplied(node, generous("stages.edge=2", certificate(second), key(second)));

            for (int instance = 0; instance < 4; instance++) {
                assertThat(serial(node, second)).isNotEqualTo(before);
                assertThatThrownBy(() -> secure(node, first)).isInstanceOf(SSLHandshakeException.class);
            }
            peer.text("{\"type\":\"ping\",\"id\":\"p\"}");
            assertThat(peer.next("pong").getString("id")).isEqualTo("p");
        }
    }

    /** As renewed certificates come: under the path of the old ones. */
    @Test
    void certificate_is_replaced_under_the_same_path(@TempDir Path folder) throws IOException {
        SelfSigned first = SelfSigned.in(Files.createDirectory(folder.resolve("first")));
        SelfSigned second = SelfSigned.in(Files.createDirectory(folder.resolve("second")));
        try (TestNode node = TestNode.generous(certificate(first), key(first))) {
            Files.copy(second.certificate(), first.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(second.key(), first.key(), StandardCopyOption.REPLACE_EXISTING);

            assertApplied(node, generous(certificate(first), key(first)));

            assertThat(serial(node, second)).isNotZero();
        }
    }

    @Test
    void nothing_changes_where_the_certificate_cannot_be_used(@TempDir Path folder) throws IOException {
        SelfSigned first = SelfSigned.in(Files.createDirectory(folder.resolve("first")));
        SelfSigned second = SelfSigned.in(Files.createDirectory(folder.resolve("second")));
        try (TestNode node = TestNode.generous(FIRST_KEY, OF_ACCOUNTS, OURS, certificate(first), key(first))) {
            String token = node.token("ann");
            String[] next = generous(SECOND_KEY, OF_ACCOUNTS, THEIRS, certificate(second), key(second));
            Files.writeString(second.certificate(), "rubbish"); // after it was checked

            assertThat(refusal(node, next).problems()).extracting(Problem::path).containsExactly("tls.certificate");

            assertThat(serial(node, first)).isNotZero();
            try (RawPeer peer = RawPeer.over(secure(node, first))) {
                assertThat(Upgrade.of("Origin: https://ours.example")
                                .withToken(token)
                                .from(peer)
                                .status())
                        .isEqualTo(101);
            }
            try (RawPeer peer = RawPeer.over(secure(node, first))) {
                assertThat(Upgrade.of("Origin: https://theirs.example")
                                .withToken(token)
                                .from(peer)
                                .status())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void certificate_cannot_be_added_to_a_listener_without_tls(@TempDir Path folder) {
        SelfSigned own = SelfSigned.in(folder);
        try (TestNode node = TestNode.generous(OURS)) {
            assertThat(refusal(node, generous(THEIRS, certificate(own), key(own)))
                            .why())
                    .isEqualTo(Why.NEEDS_RESTART);
            assertThat(upgrade(node, "https://theirs.example")).as("none of it").isEqualTo(403);
        }
    }

    @Test
    void key_that_needs_a_restart_is_named_and_nothing_changes() {
        try (TestNode node = TestNode.generous(OURS)) {
            ReloadRefusal refusal = refusal(node, generous(THEIRS, "drain.windowMs=7", "uploads.kind=none"));

            assertThat(refusal.why()).isEqualTo(Why.NEEDS_RESTART);
            assertThat(refusal.problems()).extracting(Problem::path).containsExactly("drain.windowMs");
            assertThat(upgrade(node, "https://theirs.example")).isEqualTo(403);
        }
    }

    @Test
    void mistake_is_told_like_that_of_a_start_and_nothing_changes() {
        try (TestNode node = TestNode.generous(OURS)) {
            ReloadRefusal refusal = refusal(node, generous(THEIRS, "ratelimit.user.minutes=7"));

            assertThat(refusal.why()).isEqualTo(Why.INVALID);
            assertThat(refusal.problems())
                    .extracting(Problem::toString)
                    .containsExactly("ratelimit.user.minutes: is not known; did you mean minute?");
            assertThat(upgrade(node, "https://theirs.example")).isEqualTo(403);
        }
    }

    @Test
    void change_is_told_with_both_values_and_without_a_secret() {
        try (TestNode node = TestNode.generous(FIRST_KEY, OF_ACCOUNTS)) {
            assertThat(node.reload(generous(SECOND_KEY, OF_ACCOUNTS, "ratelimit.connection.minute=7")))
                    .isEqualTo(Result.done(List.of(
                            new SettingChange("auth.issuers[0].secret", "\"[REDACTED]\"", "\"[REDACTED]\""),
                            new SettingChange("ratelimit.connection.minute", "1000000", "7"))));
            assertThat(node.reload(generous(SECOND_KEY, OF_ACCOUNTS, "ratelimit.connection.minute=7")))
                    .as("the same file again")
                    .isEqualTo(Result.done(List.of()));
        }
    }

    private static String[] generous(String... sets) {
        return Stream.concat(TestNode.GENEROUS.stream(), Stream.of(sets)).toArray(String[]::new);
    }

    private static void assertApplied(TestNode node, String... next) {
        assertThat(node.reload(next)).isInstanceOf(Result.Done.class);
    }

    private static ReloadRefusal refusal(TestNode node, String... next) {
        return node.reload(next)
                .fold(
                        changes -> {
                            throw new AssertionError(changes.toString());
                        },
                        why -> why);
    }

    private static int upgrade(TestNode node, String origin) {
        return status(node, Upgrade.of("Origin: " + origin).withToken(node.token("ann")));
    }

    private static int status(TestNode node, String token) {
        return status(node, Upgrade.of().withToken(token));
    }

    private static int status(TestNode node, Upgrade upgrade) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return upgrade.from(peer).status();
        }
    }

    /** The origin whose pages may read an answer in HTTP. */
    private static String readableBy(TestNode node, String origin) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return Optional.ofNullable(
                            peer.request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\nOrigin: " + origin + "\r\n\r\n")
                                    .header("Access-Control-Allow-Origin"))
                    .orElse("");
        }
    }

    private static String signed(String... sets) {
        return new TokenSigner(TestNode.edited(sets).auth().tokens().issuers().get(0), System::currentTimeMillis)
                .mint("ann", Role.MEMBER, List.of(), Optional.empty(), Duration.ofMinutes(10));
    }

    private static String issuer(String secret) {
        return "auth.issuers=[{\"secret\": \"" + secret + "\"}]";
    }

    private static String certificate(SelfSigned own) {
        return "tls.certificate=" + own.certificate();
    }

    private static String key(SelfSigned own) {
        return "tls.key=" + own.key();
    }

    private static long serial(TestNode node, SelfSigned trusted) throws IOException {
        try (SSLSocket socket = secure(node, trusted)) {
            X509Certificate seen = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return seen.getSerialNumber().longValue();
        }
    }

    private static SSLSocket secure(TestNode node, SelfSigned trusted) throws IOException {
        SSLSocket socket = (SSLSocket)
                trusted.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), node.port());
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }
}
