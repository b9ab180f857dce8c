package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cookie tossing (CWE-565, RFC 6265 section 8.6): a page of a sibling domain sets cookies for the host of the node. No login
 * ends by that, and no page becomes the attacker's.
 */
@ExtendWith(VertxExtension.class)
class SiblingCookiesIT {
    private static final String REFRESH = "__Host-portcullis_refresh";
    private static final String ACCESS = "__Host-portcullis_token";
    private static final String PASSWORD = "Correct-horse-7";
    private static final String CONTROL = "tossed=everywhere; Domain=example.test; Path=/; Secure";

    @TempDir
    private Path folder;

    private SelfSigned certificate;
    private TestNode node;
    private String site;

    @BeforeEach
    void start() {
        certificate = SelfSigned.any();
        int port = FreePort.find();
        site = "https://chat.example.test:" + port;
        node = TestNode.generous(
                "http.port=" + port,
                "tls.certificate=" + certificate.certificate(),
                "tls.key=" + certificate.key(),
                "origin.allowed=[\"" + site + "\"]",
                "origin.missing=reject",
                "auth.accept=[\"subprotocol\", \"message\", \"header\", \"cookie\"]",
                "accounts.passwords.cost=10",
                "accounts.refreshGraceMs=0"); // a used token is a theft at once
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void cookies_of_a_sibling_domain_end_no_login_and_log_no_page_in(Vertx vertx) throws Exception {
        SiblingDomain evil = new SiblingDomain(vertx, certificate);
        String old = refreshToken(register("Eve"));
        Reply eve = refresh("{}", old);
        assertThat(eve.status()).isEqualTo(200);
        try (Chromium browser = new Chromium(
                        folder, "--host-resolver-rules=MAP *.example.test 127.0.0.1", "--ignore-certificate-errors");
                BrowserPage page = browser.open(site + "/")) {
            page.await("document.querySelector('[name=password]') !== null");
            for (List<String> tossed : tosses(eve, old)) {
                visit(page, evil.tossing(tossed));
                assertThat(page.evaluate(refreshing("{}")))
                        .as(tossed.toString())
                        .isEqualTo("401 undefined");
            }

            page.click("[role=tab]", "Create account");
            page.fill("[name=username]", "Ann");
            page.fill("[name=email]", "ann@example.org");
            page.fill("[name=password]", PASSWORD);
            page.press("Enter");
            page.awaitText(".status.open", "Connected");
            for (List<String> tossed : tosses(eve, old)) {
                visit(page, evil.tossing(tossed));
                page.awaitText(".status.open", "Connected");
                page.awaitText(".account-name", "Ann");
                assertThat(page.evaluate(refreshing("{}")))
                        .as(tossed.toString())
                        .isEqualTo("200 Ann");
            }
        }
    }

    /** Goes to the attacker's page and back to the demo, which knows the user after that as after a reload. */
    private void visit(BrowserPage page, String attacker) {
        page.go(attacker);
        page.await("document.title === 'tossed'");
        page.go(site + "/");
        page.await("document.readyState === 'complete' && document.querySelector('main') !== null");
        assertThat((String) page.evaluate("document.cookie"))
                .as("the browser takes cookies of a sibling domain")
                .contains("tossed=everywhere");
    }

    /**
     * Each way of the attacker to the names of the two cookies, with each value for the one of the refresh token. The used one
     * is last, since it ends the attacker's login where it gets through.
     */
    private static List<List<String>> tosses(Reply attacker, String used) {
        List<List<String>> all = new ArrayList<>();
        for (String value : List.of("garbage", refreshToken(attacker), used)) {
            List<String> lines = new ArrayList<>();
            for (String pair : List.of(REFRESH + "=" + value, ACCESS + "=" + accessToken(attacker))) {
                for (String path : List.of("/", "/api/auth", "/api/auth/refresh", "/ws")) {
                    String anywhere = "; Domain=example.test; Path=" + path + "; Secure";
                    String name = pair.substring(0, pair.indexOf('='));
                    lines.add(pair + anywhere);
                    lines.add("=" + pair + anywhere); // without a name
                    lines.add(pair.substring("__Host-".length()) + anywhere);
                    lines.add(pair.replace(name, name.toUpperCase(Locale.ROOT)) + anywhere);
                    lines.add("\u00c2\u00a0" + pair + anywhere); // a space that is none, in UTF-8
                }
            }
            lines.add(CONTROL);
            all.add(lines);
        }
        return all;
    }

    /** What the page gets for its cookies. */
    private static String refreshing(String body) {
        return "fetch('/api/auth/refresh', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '"
                + body + "' }).then(async (answer) => `${answer.status} ${(await answer.json()).user?.username}`)";
    }

    /** As a browser sends them that does not know the prefix: before and behind the good one. */
    @Test
    void values_beside_the_good_one_end_no_login_and_log_no_page_in() throws Exception {
        String used = refreshToken(register("Eve"));
        String live = refreshToken(refresh("{}", used));
        Reply registered = register("Ann");
        String user = new JsonObject(registered.body()).getJsonObject("user").getString("id");
        String known = new JsonObject().put("userId", user).encode();
        String good = refreshToken(registered);
        String madeUp = good.replaceAll("[^.]{43}$", "A".repeat(43));
        for (List<String> tossed : List.of(
                List.of("garbage"), List.of(madeUp), List.of(used), List.of("garbage", madeUp, used, "", "a.b.c.d"))) {
            for (String body : List.of("{}", known)) {
                good = refreshedAsAnn(refresh(body, beside(tossed, good, true)));
                good = refreshedAsAnn(refresh(body, beside(tossed, good, false)));
            }
        }

        for (boolean before : List.of(true, false)) {
            good = refreshedAsAnn(refresh(known, beside(List.of(live, used), good, before)));
            Reply unclear = refresh("{}", beside(List.of(live), good, before));
            assertThat(unclear.status()).isEqualTo(409);
            assertThat(unclear.header("Set-Cookie")).isEmpty();
        }
        Reply other = refresh(known, live);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.header("Set-Cookie")).isEmpty();
        assertThat(refresh("{}", live).status()).as("no try has used it up").isEqualTo(200);
        refreshedAsAnn(refresh("{}", good));
    }

    private static String[] beside(List<String> tossed, String good, boolean before) {
        return (before
                        ? Stream.concat(tossed.stream(), Stream.of(good))
                        : Stream.concat(Stream.of(good), tossed.stream()))
                .toArray(String[]::new);
    }

    private String refreshedAsAnn(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(new JsonObject(reply.body()).getJsonObject("user").getString("username"))
                .isEqualTo("Ann");
        return refreshToken(reply);
    }

    private Reply register(String name) throws IOException {
        String body = new JsonObject()
                .put("username", name)
                .put("email", name + "@example.com")
                .put("password", PASSWORD)
                .encode();
        Reply reply = post("register", body, "X-Nothing: here");
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return reply;
    }

    private Reply refresh(String body, String... values) throws IOException {
        return post(
                "refresh",
                body,
                Stream.of(values).map(each -> REFRESH + "=" + each).collect(Collectors.joining("; ", "Cookie: ", "")));
    }

    private Reply post(String call, String body, String header) throws IOException {
        try (RawPeer peer = RawPeer.over(certificate
                .trusting()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), node.port()))) {
            return peer.request("POST /api/auth/" + call + " HTTP/1.1\r\nHost: chat.example.test\r\nOrigin: " + site
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n" + header + "\r\n\r\n" + body);
        }
    }

    private static String refreshToken(Reply reply) {
        return reply.headers().stream()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .filter(line -> line.startsWith(REFRESH + "="))
                .map(line -> line.substring(REFRESH.length() + 1, line.indexOf(';')))
                .findFirst()
                .orElseThrow();
    }

    private static String accessToken(Reply reply) {
        return new JsonObject(reply.body()).getString("accessToken");
    }
}
