package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.token.Tokens;
import dev.portcullis.http.PeerCertificate;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ClientKeys;
import dev.portcullis.kit.PrivateAuthority;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with certificates, over real sockets. */
class ClientCertificatesIT {
    private static final String SECRET = "a secret of this test, 32 bytes or more";
    private static final String ISSUER = "auth.issuers=[{\"userPrefix\": \"%s\", \"secret\": \"" + SECRET + "\"}]";
    private static final String MAPPED = "auth.certificates={\"enabled\": true, \"pattern\": \"bot-.+\"}";
    private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    @TempDir
    private static Path folder;

    private static SelfSigned server;
    private static PrivateAuthority authority;
    private static PrivateAuthority foreign;
    private static ClientKeys bot;
    private static ClientKeys person;
    private static ClientKeys stranger;

    @BeforeAll
    static void make() throws IOException {
        server = SelfSigned.in(Files.createDirectory(folder.resolve("server")));
        authority = PrivateAuthority.in(Files.createDirectory(folder.resolve("ours")));
        foreign = PrivateAuthority.in(Files.createDirectory(folder.resolve("foreign")));
        bot = authority.client("bot-7", "-ext", "eku=clientAuth");
        person = authority.client("person");
        stranger = foreign.client("bot-7");
    }

    @Test
    void connection_without_a_certificate_fails_where_one_is_required() throws IOException {
        try (TestNode node = node("required")) {
            for (String version : VERSIONS) {
                assertRefused(node, server.trusting(), version);
                assertThat(status(node, bot, version)).as(version).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"optional", "required"})
    void certificate_that_is_foreign_or_expired_or_for_servers_fails_in_tls(String mode) {
        ClientKeys expired = authority.client("expired-" + mode, "-startdate", "-10d", "-validity", "2");
        ClientKeys early = authority.client("early-" + mode, "-startdate", "+1d");
        ClientKeys forServers = authority.client("for-servers-" + mode, "-ext", "eku=serverAuth");
        try (TestNode node = node(mode)) {
            for (ClientKeys bad : List.of(stranger, expired, early, forServers)) {
                VERSIONS.forEach(version -> assertRefused(node, bad.towards(server), version));
            }
        }
    }

    @Test
    void client_without_a_certificate_connects_where_it_is_optional() throws IOException {
        try (TestNode node = node("optional");
                RawPeer peer = RawPeer.over(secure(node, server.trusting(), "TLSv1.3"))) {
            assertThat(Upgrade.of().withToken(token("ann", "")).from(peer).status())
                    .isEqualTo(101);
            assertThat(peer.next("auth_success").getString("userId")).isEqualTo("ann");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bound_token_is_good_only_on_a_connection_with_its_certificate(String version) throws IOException {
        String bound = token("ann", cnf(person));
        try (TestNode node = node("optional")) {
            try (RawPeer peer = RawPeer.over(secure(node, person.towards(server), version))) {
                assertThat(Upgrade.of().withToken(bound).from(peer).status()).isEqualTo(101);
                assertThat(peer.next("auth_success").getString("userId")).isEqualTo("ann");
            }
            for (SSLContext other : List.of(bot.towards(server), server.trusting())) {
                try (RawPeer peer = RawPeer.over(secure(node, other, version))) {
                    assertThat(Upgrade.of().withToken(bound).from(peer).status())
                            .isEqualTo(101);
                    assertUnauthorized(peer.ending(), 1008);
                }
            }
        }
    }

    @Test
    void bound_token_in_the_first_frame_needs_its_certificate_too() throws IOException {
        try (TestNode node = node("optional")) {
            try (RawPeer peer = RawPeer.over(secure(node, person.towards(server), "TLSv1.3"))) {
                assertThat(Upgrade.of().from(peer).status()).isEqualTo(101);
                peer.text(auth(token("ann", cnf(person))));
                assertThat(peer.next("auth_success").getString("userId")).isEqualTo("ann");
            }
            try (RawPeer peer = RawPeer.over(secure(node, bot.towards(server), "TLSv1.3"))) {
                assertThat(Upgrade.of().from(peer).status()).isEqualTo(101);
                peer.text(auth(token("ann", cnf(person))));
                assertUnauthorized(peer.ending(), 4003);
            }
        }
    }

    @Test
    void certificate_is_the_user_that_the_rule_takes_from_it() throws IOException {
        try (TestNode node = node("optional", MAPPED, ISSUER.formatted("t:"))) {
            try (RawPeer peer = RawPeer.over(secure(node, bot.towards(server), "TLSv1.3"))) {
                assertThat(Upgrade.of().from(peer).status()).isEqualTo(101);
                JsonObject success = peer.next("auth_success");
                assertThat(success.getString("userId")).isEqualTo("cert:bot-7");
                assertThat(success.getString("role")).isEqualTo("member");
                peer.text("{\"type\":\"ping\",\"id\":\"p\"}");
                assertThat(peer.next("pong").getString("id")).isEqualTo("p");
            }
            try (RawPeer peer = RawPeer.over(secure(node, person.towards(server), "TLSv1.3"))) {
                assertThat(Upgrade.of().from(peer).status())
                        .as("no rule for it")
                        .isEqualTo(101);
                peer.text(auth(token("ann", "")));
                assertThat(peer.next("auth_success").getString("userId")).isEqualTo("t:ann");
            }
            try (RawPeer peer = RawPeer.over(secure(node, bot.towards(server), "TLSv1.3"))) {
                assertThat(Upgrade.of().withToken(token("ann", "")).from(peer).status())
                        .as("two users")
                        .isEqualTo(101);
                assertUnauthorized(peer.ending(), 1008);
            }
        }
    }

    /** A browser names its origin, and sends a certificate by itself: a foreign page must not use it (CWE-1385). */
    @Test
    void certificate_excuses_a_missing_origin_and_no_foreign_one() throws IOException {
        try (TestNode node = node(
                "optional",
                MAPPED,
                ISSUER.formatted("t:"),
                "origin.missing=allow_with_bearer",
                "origin.allowed=[\"https://ours.example\"]")) {
            assertThat(upgrade(node, bot)).isEqualTo(101);
            assertThat(upgrade(node, bot, "Origin: https://ours.example")).isEqualTo(101);
            assertThat(upgrade(node, bot, "Origin: https://evil.example")).isEqualTo(403);
        }
    }

    @Test
    void revoked_certificate_fails_in_tls_from_the_reload_on() throws IOException {
        ClientKeys lost = authority.client("lost");
        Path none =
                Files.copy(authority.revoke(person), folder.resolve("crl.pem"), StandardCopyOption.REPLACE_EXISTING);
        String list = "tls.clientCrl=" + none;
        try (TestNode node = node("required", list)) {
            assertThat(status(node, lost, "TLSv1.3")).isEqualTo(200);
            assertRefused(node, person.towards(server), "TLSv1.3");
            SSLContext session = lost.towards(server);
            assertThat(status(node, session, "TLSv1.3")).isEqualTo(200);

            Files.copy(authority.revoke(lost), none, StandardCopyOption.REPLACE_EXISTING);
            assertThat(node.reload(sets("required", list)).isDone()).isTrue();

            for (String version : VERSIONS) {
                assertRefused(node, lost.towards(server), version);
                assertRefused(node, session, version); // which would otherwise resume its session
            }
        }
    }

    /** TLS looks at the dates of a certificate in a full handshake only. */
    @Test
    void expired_certificate_does_not_come_back_by_a_session_of_tls() throws IOException {
        ClientKeys brief = authority.client("brief", "-startdate", "-1d+10S", "-validity", "1");
        try (TestNode node = node("required")) {
            List<SSLContext> sessions = List.of(brief.towards(server), brief.towards(server));
            for (int i = 0; i < sessions.size(); i++) {
                assertThat(status(node, sessions.get(i), VERSIONS.get(i))).isEqualTo(200);
            }
            Instant end = brief.leaf().getNotAfter().toInstant();
            assertThat(Await.until(() -> Instant.now().isAfter(end.plusSeconds(1))))
                    .isTrue();
            for (int i = 0; i < sessions.size(); i++) {
                assertRefused(node, sessions.get(i), VERSIONS.get(i));
            }
        }
    }

    @Test
    void authorities_and_the_mode_change_while_the_node_runs() throws IOException {
        try (TestNode node = node("required");
                RawPeer open = RawPeer.over(secure(node, bot.towards(server), "TLSv1.3"))) {
            assertThat(Upgrade.of().withToken(token("ann", "")).from(open).status())
                    .isEqualTo(101);
            open.next("auth_success");

            assertThat(node.reload(sets("required", "tls.clientCa=" + foreign.certificate()))
                            .isDone())
                    .isTrue();
            assertThat(status(node, stranger, "TLSv1.3")).isEqualTo(200);
            assertRefused(node, bot.towards(server), "TLSv1.3");
            open.text("{\"type\":\"ping\",\"id\":\"p\"}");
            assertThat(open.next("pong").getString("id"))
                    .as("open connections stay")
                    .isEqualTo("p");

            assertThat(node.reload(sets("optional")).isDone()).isTrue();
            assertThat(status(node, server.trusting(), "TLSv1.3")).isEqualTo(200);
        }
    }

    private static TestNode node(String mode, String... more) {
        return TestNode.start(sets(mode, more));
    }

    private static String[] sets(String mode, String... more) {
        return Stream.concat(
                        Stream.of(
                                "tls.certificate=" + server.certificate(),
                                "tls.key=" + server.key(),
                                "tls.clientAuth=" + mode,
                                "tls.clientCa=" + authority.certificate(),
                                ISSUER.formatted("")),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** The alert may come only after the client's request, and may be lost with the connection. */
    private static void assertRefused(TestNode node, SSLContext client, String version) {
        assertThatThrownBy(() -> status(node, client, version))
                .as(version)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    private static int status(TestNode node, ClientKeys client, String version) throws IOException {
        return status(node, client.towards(server), version);
    }

    private static int status(TestNode node, SSLContext client, String version) throws IOException {
        try (SSLSocket socket = secure(node, client, version)) {
            socket.getOutputStream()
                    .write("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            if (line.isEmpty()) {
                throw new EOFException("closed without an answer");
            }
            return Integer.parseInt(line.substring(9));
        }
    }

    private static int upgrade(TestNode node, ClientKeys client, String... headers) throws IOException {
        try (RawPeer peer = RawPeer.over(secure(node, client.towards(server), "TLSv1.3"))) {
            return Upgrade.of(headers).from(peer).status();
        }
    }

    private static SSLSocket secure(TestNode node, SSLContext client, String version) throws IOException {
        SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), node.port());
        socket.setEnabledProtocols(new String[] {version});
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }

    private static void assertUnauthorized(Ending ending, int code) {
        assertThat(ending.lastWord().getString("reason")).isEqualTo("invalid_token");
        assertThat(ending.code()).isEqualTo(code);
    }

    private static String auth(String token) {
        return new JsonObject().put("type", "auth").put("token", token).encode();
    }

    private static String cnf(ClientKeys client) {
        return ",\"cnf\":{\"x5t#S256\":\""
                + PeerCertificate.read(client.leaf()).orElseThrow().thumbprint() + "\"}";
    }

    private static String token(String user, String more) {
        long now = System.currentTimeMillis() / 1_000;
        return Tokens.signed(
                Tokens.HEADER,
                "{\"sub\":\"" + user + "\",\"iat\":" + now + ",\"exp\":" + (now + 600) + more + "}",
                SECRET);
    }
}
