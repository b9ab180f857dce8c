package dev.portcullis.client.selfaudit.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.LoadCheck;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeResult;
import dev.portcullis.client.selfaudit.SelfAuditReport;
import dev.portcullis.client.selfaudit.probe.WeakeningProxy.Weakness;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weaknesses that are planted, each found by its name; and a hardened node, in which nothing is found. */
class SelfAuditIT {
    private static final String ORIGIN = AuditRunner.ORIGIN;
    private static final Pattern BEARER =
            Pattern.compile("(?i)(bearer[. ])([A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*)");

    /** Limits that the probes of other things don't meet. */
    private static final List<String> HARDENED = List.of(
            AuditRunner.issuer(AuditRunner.SECRET),
            "origin.allowed=[\"" + ORIGIN + "\"]",
            "origin.missing=reject",
            "http.pages=false",
            "rooms.public=[]",
            "accounts.secret=Qx7vT2mLz9KfR4wB8nHc3JpYs6GdUe1A",
            "auth.messageTimeoutMs=3000");

    @TempDir
    static Path folder;

    private static TestNode node;
    private static AuditRunner runner;

    @BeforeAll
    static void open() {
        List<String> settings = new ArrayList<>(Arrays.asList(TestNode.GENEROUS.toArray(String[]::new)));
        settings.addAll(HARDENED);
        node = TestNode.start(settings.toArray(String[]::new));
        runner = AuditRunner.of(node);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static List<String> found(SelfAuditReport report) {
        return report.findings().stream().map(each -> each.probe().id()).toList();
    }

    @Test
    void hardened_node_has_no_finding_and_each_probe_is_checked() throws Exception {
        SelfSigned certificate = SelfSigned.any();
        List<String> settings = new ArrayList<>(HARDENED);
        settings.addAll(List.of(
                "tls.required=true",
                "tls.certificate=" + certificate.certificate(),
                "tls.key=" + certificate.key(),
                "ratelimit.handshakes.minute=38"));
        try (TestNode hardened = TestNode.start(settings.toArray(String[]::new))) {
            SelfAuditReport report = AuditRunner.of("wss://127.0.0.1:" + hardened.port() + "/ws")
                    .withAdmin(hardened.admin("/").getPort())
                    .trusting(certificate.certificate())
                    .run();

            assertThat(report.results().stream()
                            .filter(each -> !each.isPassed())
                            .map(SelfAuditIT::line))
                    .isEmpty();
            assertThat(report.exitCode()).isZero();
            assertThat(report.left()).isEmpty();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.evidence()).allMatch(row -> row.extent().text().equals("shown"));
        }
    }

    private static String line(ProbeResult result) {
        return result.probe().id() + ": " + result.text();
    }

    /** A setting, and the probe that finds it. */
    static Stream<Arguments> settings() {
        return Stream.of(
                setting("origin.missing", "origin.missing=allow"),
                setting("origin.suffix", allowing(ORIGIN + ".audit.invalid")),
                setting("origin.prefix", allowing("https://evilchat.example.com")),
                setting("origin.plain", allowing("http://chat.example.com")),
                setting("token.long", "auth.maxLifetime=2678400000"),
                setting("token.query", "auth.accept=[\"subprotocol\", \"message\", \"query\"]"),
                setting("limits.frames", "ratelimit.enabled=false"),
                setting("limits.sessions", "sessions.max=50"),
                setting("limits.compression", "http.compression=true"));
    }

    private static Arguments setting(String probe, String setting) {
        return Arguments.of(probe, setting);
    }

    private static String allowing(String other) {
        return "origin.allowed=[\"" + ORIGIN + "\", \"" + other + "\"]";
    }

    @ParameterizedTest
    @MethodSource("settings")
    void weakness_of_a_setting_is_found(String probe, String setting) throws Exception {
        try (TestNode weak = weak(setting)) {
            assertThat(found(AuditRunner.of(weak).run(probe))).containsExactly(probe);
        }
    }

    private static TestNode weak(String... settings) {
        List<String> all = new ArrayList<>(HARDENED);
        all.addAll(List.of(settings));
        return TestNode.generous(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limits.idle", "limits.slow_request"})
    void time_that_a_node_gives_to_the_silent_is_found(String probe) throws Exception {
        try (TestNode weak = weak("auth.messageTimeoutMs=60000", "http.handshakeMs=600000")) {
            assertThat(found(AuditRunner.of(weak).ending(1_000).run(probe))).containsExactly(probe);
        }
    }

    @Test
    void issuer_that_is_not_named_lets_tokens_of_others_pass() throws Exception {
        try (TestNode weak =
                weak("auth.issuers=[{\"algorithms\": [\"HS256\"], \"audience\": \"portcullis\", \"secret\": \""
                        + AuditRunner.SECRET + "\"}]")) {
            assertThat(found(AuditRunner.of(weak).run("token.issuer"))).containsExactly("token.issuer");
        }
    }

    @Test
    void secret_of_a_published_example_is_found_without_asking_the_server() throws Exception {
        String published = "dev-only-secret-known-to-everybody-who-reads-this";
        assertThat(found(AuditRunner.of("ws://127.0.0.1:1/ws")
                        .withSecret(published)
                        .run("token.published_secret")))
                .containsExactly("token.published_secret");
    }

    /** What a proxy takes away, and the probe that finds it. */
    static Stream<Arguments> proxies() {
        return Stream.of(
                proxy("origin.foreign", request("Origin: https://audit.invalid", "Origin: " + ORIGIN)),
                proxy("origin.null", request("Origin: null", "Origin: " + ORIGIN)),
                proxy("origin.userinfo", request("@audit.invalid", "")),
                proxy("csrf.origin", request("Origin: https://audit.invalid", "Origin: " + ORIGIN)),
                proxy("csrf.form", request("Content-Type: text/plain", "Content-Type: application/json")),
                proxy("http.nosniff", response("X-Content-Type-Options: nosniff", "X-A: b")),
                proxy("http.csp", response("Content-Security-Policy: ", "X-A: ")),
                proxy("http.frames", response("frame-ancestors 'none'", "img-src 'none'")),
                proxy("http.referrer", response("Referrer-Policy: ", "X-A: ")),
                proxy("http.version", response("\r\n\r\n", "\r\nServer: gateway/1.2.3\r\n\r\n")),
                proxy("http.cors", response("\r\n\r\n", "\r\nAccess-Control-Allow-Origin: *\r\n\r\n")),
                proxy("content.script", received("\"alert(1)audit\"", "\"<script>alert(1)</script>audit\"")),
                proxy(
                        "content.handler",
                        received("\"content\":\"audit\"", "\"content\":\"<img src=x onerror=a()>audit\"")),
                proxy(
                        "content.link",
                        received("\"content\":\"audit\"", "\"content\":\"<a href='javascript:a()'>audit</a>\"")),
                proxy("content.bidi", received("auditgnp", "audit\u202Egnp")),
                proxy("content.control", Weakness.ofSent(text -> text.replaceAll("(?i)\\\\u00[01][0b]", ""))),
                proxy("content.spoofed_user", sent(",\"userId\":\"somebody-else\"")),
                proxy("content.unknown_field", sent(",\"audit\":true")),
                proxy("content.prototype", sent(",\"__proto__\":{\"admin\":true}")),
                proxy("content.twice", sent("\"roomId\":\"x\",")),
                proxy("content.deep", Weakness.ofSent(text -> text.replaceAll("\\[+\\]+", "1"))),
                proxy("http.two_lengths", request("Content-Length: 6\r\n", "")),
                proxy("http.space_before_colon", request("Content-Length :", "Content-Length:")),
                proxy("http.folded_line", request("a\r\n b", "a b")),
                proxy("http.two_hosts", request("Host: audit.invalid\r\n", "")));
    }

    private static Arguments proxy(String probe, Weakness weakness) {
        return Arguments.of(probe, weakness);
    }

    private static Weakness request(String part, String other) {
        return Weakness.ofRequest(head -> head.replace(part, other));
    }

    private static Weakness response(String part, String other) {
        return Weakness.ofResponse(head -> head.replace(part, other));
    }

    private static Weakness received(String part, String other) {
        return Weakness.ofReceived(text -> text.replace(part, other));
    }

    private static Weakness sent(String part) {
        return Weakness.ofSent(text -> text.replace(part, ""));
    }

    @ParameterizedTest
    @MethodSource("proxies")
    void weakness_of_a_proxy_is_found(String probe, Weakness weakness) throws Exception {
        assertThat(found(through(weakness, probe))).containsExactly(probe);
    }

    private static SelfAuditReport through(Weakness weakness, String... probes) throws Exception {
        try (WeakeningProxy proxy = new WeakeningProxy(node.port(), weakness)) {
            return AuditRunner.of(proxy.url())
                    .withAdmin(node.admin("/").getPort())
                    .run(probes);
        }
    }

    /** A gateway that believes each token it sees, and asks behind it with its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "token.none",
                "token.none_spelt",
                "token.unsigned",
                "token.altered",
                "token.kid_path",
                "token.kid_query",
                "token.own_key",
                "token.expired",
                "token.endless",
                "token.early",
                "token.audience",
                "session.revoked",
                "session.expired"
            })
    void gateway_that_believes_each_token_is_found(String probe) throws Exception {
        String own = runner.token("gateway-" + probe.replace('.', '-'), "member", List.of());
        Weakness believing =
                Weakness.ofRequest(head -> BEARER.matcher(head).replaceAll("$1" + Matcher.quoteReplacement(own)));
        try (WeakeningProxy proxy = new WeakeningProxy(node.port(), believing)) {
            AuditRunner hurried =
                    AuditRunner.of(proxy.url()).withAdmin(node.admin("/").getPort());
            boolean waits = probe.startsWith("session.");
            assertThat(found((waits ? hurried.waitingShortly() : hurried).run(probe)))
                    .containsExactly(probe);
        }
    }

    @Test
    void gateway_that_adds_a_token_for_who_has_none_is_found() throws Exception {
        String own = runner.token("gateway", "member", List.of());
        UnaryOperator<String> adding = head ->
                BEARER.matcher(head).find() ? head : head.replace("portcullis.v1", "portcullis.v1, bearer." + own);

        assertThat(found(through(Weakness.ofRequest(adding), "access.anonymous")))
                .containsExactly("access.anonymous");
    }

    /** A gateway that asks with the token of the user who made a room last: the confused deputy. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "access.room_read",
                "access.room_change",
                "access.room_delete",
                "access.room_join",
                "access.room_history",
                "access.room_search",
                "access.room_search_call",
                "access.room_presence"
            })
    void confused_deputy_is_found(String probe) throws Exception {
        AtomicReference<String> owner = new AtomicReference<>("");
        UnaryOperator<String> deputy = head -> {
            Matcher bearer = BEARER.matcher(head);
            if (head.startsWith("POST /api/rooms ") && bearer.find()) {
                owner.set(bearer.group(2));
            }
            String last = String.valueOf(owner.get());
            return last.isEmpty() ? head : BEARER.matcher(head).replaceAll("$1" + last);
        };

        assertThat(found(through(Weakness.ofRequest(deputy), probe))).containsExactly(probe);
    }

    @Test
    void deputy_that_adds_members_for_strangers_is_found() throws Exception {
        Weakness agreeing = Weakness.ofResponse(
                answer -> answer.startsWith("HTTP/1.1 404") ? "HTTP/1.1 204 No Content\r\n\r\n" : answer);

        assertThat(found(through(agreeing, "access.room_members"))).containsExactly("access.room_members");
    }

    @ParameterizedTest
    @ValueSource(strings = {"access.operators", "access.operators_role"})
    void open_operators_listener_is_found(String probe) throws Exception {
        try (CarelessServer open = new CarelessServer()) {
            assertThat(found(runner.withAdmin(open.port()).run(probe))).containsExactly(probe);
        }
    }

    /** What a server is asked that checks nothing. */
    static Stream<String> careless() {
        return Probes.all(new LoadCheck()).stream()
                .map(Probe::id)
                .filter(id -> id.startsWith("framing.")
                        || (id.startsWith("http.")
                                && !id.equals("http.hsts")
                                && !id.equals("http.length_and_chunks")) // it ends each connection behind its answer
                        || List.of(
                                        "handshake.version",
                                        "handshake.key",
                                        "handshake.subprotocol",
                                        "origin.foreign",
                                        "origin.twice",
                                        "limits.fragments",
                                        "limits.pings",
                                        "limits.header_lines",
                                        "limits.handshakes")
                                .contains(id));
    }

    @ParameterizedTest
    @MethodSource("careless")
    void weakness_of_a_careless_server_is_found(String probe) throws Exception {
        try (CarelessServer server = new CarelessServer()) {
            assertThat(found(AuditRunner.of("ws://127.0.0.1:" + server.port() + "/")
                            .anonymous()
                            .run(probe)))
                    .containsExactly(probe);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"limits.message", "load.pings"})
    void silence_of_a_server_is_found(String probe) throws Exception {
        try (CarelessServer server = CarelessServer.mute()) {
            assertThat(found(AuditRunner.of("ws://127.0.0.1:" + server.port() + "/")
                            .anonymous()
                            .impatient()
                            .run(probe)))
                    .containsExactly(probe);
        }
    }

    @Test
    void each_probe_is_found_by_a_row_of_this_class_or_of_the_tls_tests() {
        String rows = Stream.of(
                        settings().map(row -> (String) row.get()[0]),
                        proxies().map(row -> (String) row.get()[0]),
                        careless())
                .flatMap(each -> each)
                .collect(Collectors.joining(" "));
        List<String> methods = Arrays.stream(new Class<?>[] {SelfAuditIT.class, SelfAuditTlsIT.class})
                .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                .flatMap(method -> Stream.ofNullable(method.getAnnotation(ValueSource.class)))
                .flatMap(source -> Arrays.stream(source.strings()))
                .toList();
        List<String> single = List.of(
                "http.length_and_chunks", // SelfAuditHostileIT
                "token.issuer",
                "token.published_secret",
                "access.anonymous",
                "access.room_members",
                "handshake.accepted",
                "token.confusion",
                "tls.used");
        assertThat(Probes.all(new LoadCheck()))
                .extracting(Probe::id)
                .allMatch(id -> rows.contains(id) || methods.contains(id) || single.contains(id))
                .hasSizeGreaterThan(80);
    }

    /** A limit or an outage is no judgement of what was sent. */
    @ParameterizedTest
    @ValueSource(strings = {"unavailable", "timeout", "internal"})
    void refusal_for_want_of_an_answer_is_no_success(String reason) throws Exception {
        Weakness failing = received("\"reason\":\"validation_failed\"", "\"reason\":\"" + reason + "\"");
        Weakness denying = Weakness.ofReceived(text ->
                text.replaceAll("\"reason\":\"(not_found|forbidden|not_member)\"", "\"reason\":\"" + reason + "\""));

        assertThat(through(failing, "content.unknown_field").results()).allMatch(each -> each.grade() == Grade.INFO);
        assertThat(through(denying, "access.room_join", "access.room_history").results())
                .allMatch(each -> each.grade() == Grade.INFO);
    }

    @Test
    void message_that_is_refused_although_nothing_is_wrong_with_it_makes_no_refusal_a_success() throws Exception {
        Weakness refusing = Weakness.ofSent(text -> text.replace("\"content\":\"audit\"", "\"content\":\"\""));

        assertThat(through(refusing, "content.unknown_field", "content.spoofed_user")
                        .results())
                .allMatch(each -> each.grade() == Grade.INFO)
                .allMatch(each -> each.text().contains("in which nothing is wrong"));
    }

    @Test
    void room_that_its_owner_does_not_reach_either_hides_nothing_from_strangers() throws Exception {
        Weakness gone = Weakness.ofResponse(answer -> answer.replace("HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"));

        assertThat(through(gone, "access.room_read", "access.room_delete").results())
                .allMatch(each -> each.grade() == Grade.INFO)
                .allMatch(each -> each.text().contains("the owner of the room gets HTTP 404"));
    }

    /** Two tokens are given, and no secret: the probes share a room, and remove it. */
    @Test
    void given_users_have_no_finding_and_leave_nothing() throws Exception {
        SelfAuditReport report = runner.withGivenUsers().run("access", "content", "csrf.origin", "csrf.form");

        assertThat(report.findings()).isEmpty();
        assertThat(report.left()).isEmpty();
        assertThat(report.results().stream()
                        .filter(each -> !each.isPassed())
                        .map(each -> each.probe().id()))
                .isEmpty();
    }

    /** The secret of another server's configuration signs nothing here: each refusal is one of that. */
    @Test
    void refusal_of_a_token_is_no_success_where_no_token_of_the_audit_is_accepted() throws Exception {
        SelfAuditReport report = runner.withSecret("of-some-other-server-0123456789abcdef")
                .run("token.none", "token.expired", "token.audience", "token.query");

        assertThat(report.results()).hasSize(4).allMatch(each -> each.grade() == Grade.INFO);
    }

    /** Addresses are in the logs of each proxy on the way. */
    @Test
    void given_token_is_put_into_no_address() throws Exception {
        List<String> heads = new CopyOnWriteArrayList<>();
        UnaryOperator<String> watching = head -> {
            heads.add(head.split("\r\n", 2)[0]);
            return head;
        };
        try (WeakeningProxy proxy = new WeakeningProxy(node.port(), Weakness.ofRequest(watching))) {
            SelfAuditReport report =
                    AuditRunner.of(proxy.url()).withGivenUsers().run("token.query", "token.altered");

            assertThat(report.results())
                    .extracting(ProbeResult::grade)
                    .containsExactlyInAnyOrder(Grade.INFO, Grade.SUCCESS);
        }
        assertThat(heads).isNotEmpty().noneMatch(line -> line.contains("eyJ"));
    }

    /** What a stranger has taken or removed in one probe must not answer the next. */
    @Test
    void room_in_which_a_stranger_has_succeeded_is_shared_no_more() throws Exception {
        AtomicReference<String> owner = new AtomicReference<>("");
        UnaryOperator<String> deputy = head -> {
            Matcher bearer = BEARER.matcher(head);
            if (head.startsWith("POST /api/rooms ") && bearer.find()) {
                owner.set(bearer.group(2));
            }
            return head.startsWith("DELETE ")
                    ? BEARER.matcher(head).replaceAll("$1" + Matcher.quoteReplacement(String.valueOf(owner.get())))
                    : head;
        };
        try (WeakeningProxy proxy = new WeakeningProxy(node.port(), Weakness.ofRequest(deputy))) {
            SelfAuditReport report = AuditRunner.of(proxy.url())
                    .withGivenUsers()
                    .run("access.room_delete", "access.room_join", "access.room_history");

            assertThat(found(report)).containsExactly("access.room_delete");
            assertThat(report.results().stream().filter(ProbeResult::isPassed)).hasSize(2);
        }
    }

    @Test
    void probe_whose_unchanged_handshake_is_refused_too_is_not_checked() throws Exception {
        SelfAuditReport report = runner.withOrigin("https://other.example").run("origin.foreign", "handshake.accepted");

        assertThat(report.results()).extracting(ProbeResult::grade).containsExactly(Grade.WARNING, Grade.INFO);
        assertThat(report.results().get(1).text())
                .isEqualTo("not checked: a handshake in which nothing is wrong gets HTTP 403");
    }

    @Test
    void run_that_is_stopped_reports_what_it_has_and_removes_its_room() throws Exception {
        AtomicReference<String> removed = new AtomicReference<>("");
        UnaryOperator<String> watching = head -> {
            if (head.startsWith("DELETE /api/rooms/")) {
                removed.set(head);
            }
            return head;
        };
        try (WeakeningProxy proxy = new WeakeningProxy(node.port(), Weakness.ofRequest(watching))) {
            SelfAuditReport report = AuditRunner.of(proxy.url()).stoppedAfter("access.room_read", "access");

            assertThat(report.results())
                    .extracting(each -> each.probe().id())
                    .containsExactly("access.anonymous", "access.room_read");
            assertThat(report.isComplete()).isFalse();
            assertThat(report.left()).as("what could not be removed").isEmpty();
            assertThat(removed.get()).as("the room of the probe is removed").isNotEmpty();
        }
    }

    @Test
    void server_that_is_not_there_has_no_success() throws Exception {
        SelfAuditReport report = AuditRunner.of("ws://127.0.0.1:1/ws").run();

        assertThat(report.results().stream()
                        .filter(ProbeResult::isPassed)
                        .map(each -> each.probe().id()))
                .containsExactly("token.published_secret");
        assertThat(report.results()).filteredOn(ProbeResult::isFound).isEmpty();
    }

    @Test
    void probes_that_need_users_are_not_checked_without_one() throws Exception {
        SelfAuditReport report = runner.anonymous().run("content", "access");

        assertThat(report.results())
                .filteredOn(each -> !each.probe().id().matches("access\\.(anonymous|operators)"))
                .isNotEmpty()
                .allMatch(each -> each.grade() == Grade.INFO)
                .allMatch(each -> each.text().toLowerCase(Locale.ROOT).contains("no user"));
    }
}
