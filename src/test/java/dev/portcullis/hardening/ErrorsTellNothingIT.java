package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An error answer has a fixed sentence and an id, and nothing of the request or of the server's inside (CWE-209). What
 * it leaves out is in the log, once.
 */
class ErrorsTellNothingIT {
    private static final String KEY = "the key of an operator";

    /** Part of every input; no id may contain it, so nothing repeats it. */
    private static final String MARK = "Zq7 <mark>!";

    private static final String MARK_IN_URL = "Zq7%20%3Cmark%3E!";
    private static final String MARK_IN_TOKEN = "Zq7mark";
    private static final List<String> INSIDE = List.of(
            "Zq7",
            "java",
            "vertx",
            "netty",
            "jackson",
            "portcullis.",
            "Exception",
            "Error:",
            ".json:",
            "\tat ",
            "line",
            "column",
            "/src",
            "/tmp",
            "/home",
            "rocksdb",
            "redis",
            "hazelcast",
            "NullPointer");
    private static final Set<String> MEMBERS = Set.of("reason", "message", "requestId", "details");
    private static final Set<String> FRAME_MEMBERS =
            Set.of("type", "id", "roomId", "reason", "message", "requestId", "timestamp", "details");
    private static final Map<String, HttpRefusal> REFUSALS =
            Arrays.stream(HttpRefusal.values()).collect(Collectors.toMap(HttpRefusal::id, Function.identity()));
    private static final Map<String, Reason> REASONS =
            Arrays.stream(Reason.values()).collect(Collectors.toMap(Reason::id, Function.identity()));

    private static final String HANDSHAKE = "openWebSocket";

    private final List<String> requestIds = new ArrayList<>();
    private final Set<String> reasons = new TreeSet<>();

    @Test
    void refusal_over_http_has_its_sentence_and_an_id_that_the_log_has_once() {
        try (RefusalLines log = new RefusalLines()) {
            try (TestNode node = TestNode.generous("admin.apiKey=" + KEY, "stuffing.mode=off")) {
                String token = node.token("ann");
                for (Listener listener : Listener.values()) {
                    boolean open = listener == Listener.PUBLIC;
                    int port = open ? node.port() : node.admin("/").getPort();
                    for (Operation operation : ApiContract.published().operations(listener)) {
                        if (!operation.id().equals(HANDSHAKE)) { // answered in plain text, without an id
                            attack(port, operation, open ? token : KEY);
                        }
                    }
                }
            }
            assertThat(reasons)
                    .contains(
                            "bad_request",
                            "invalid_json",
                            "validation_failed",
                            "invalid_parameter",
                            "unauthorized",
                            "invalid_token",
                            "forbidden",
                            "not_found",
                            "method_not_allowed",
                            "message_too_large",
                            "unsupported_media_type");
            assertThat(requestIds).hasSizeGreaterThan(400);
            log.assertAccountFor(requestIds);
            log.assertNothingOf(KEY);
        }
    }

    @Test
    void refused_handshake_has_only_a_fixed_sentence() {
        try (TestNode node = TestNode.generous()) {
            attack(node.port(), ApiContract.published().operation(HANDSHAKE), node.token("ann"));
            for (String header : List.of(
                    "Origin: https://" + MARK_IN_TOKEN + ".example",
                    "Sec-WebSocket-Protocol: " + MARK_IN_TOKEN,
                    "Sec-WebSocket-Extensions: " + MARK_IN_TOKEN,
                    "Sec-WebSocket-Version: " + MARK_IN_TOKEN,
                    "Sec-WebSocket-Key: " + MARK_IN_TOKEN,
                    "Authorization: Bearer " + MARK_IN_TOKEN,
                    "Cookie: a=" + MARK_IN_TOKEN)) {
                try (RawPeer peer = RawPeer.to(node.port())) {
                    RawPeer.Reply reply = peer.upgrade(header);
                    assertThat(reply.body() + reply.headers()).as(header).doesNotContain("Zq7");
                }
            }
        }
    }

    /** What no parser takes for a request has no operation that could answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health/live HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Zq7mark\r\n\r\n",
                "POST /api/auth/login HTTP/1.1\r\nHost: h\r\nContent-Length: Zq7mark\r\n\r\n",
                "GET /health/live Zq7mark\r\nHost: h\r\n\r\n",
                "Zq7mark\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nZq7 mark: 1\r\n\r\n"
            })
    void request_that_is_none_gets_nothing_but_a_status(String bytes) {
        try (TestNode node = TestNode.generous()) {
            for (int port : new int[] {node.port(), node.admin("/").getPort()}) {
                try (RawPeer peer = RawPeer.to(port)) {
                    peer.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                    String answer = peer.rest();
                    assertThat(answer).matches("(?s)HTTP/1\\.[01] 400 .*");
                    String said = answer.replaceFirst("\"requestId\":\"[a-z0-9]+\"", ""); // of chance
                    assertThat(INSIDE).as(answer).noneMatch(said::contains);
                    assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("\nserver:");
                }
            }
        }
    }

    @Test
    void refusal_of_a_frame_has_its_sentence_and_an_id_that_the_log_has_once() {
        try (RefusalLines log = new RefusalLines()) {
            try (TestNode node = TestNode.generous("anomaly.restrict=1000000", "anomaly.disconnect=1000000");
                    ChatPeer peer = JdkPeer.admitted(node.ws(), node.token("ann"))) {
                peer.next("auth_success");
                for (FrameType type : FrameType.values()) {
                    if (type != FrameType.AUTH && type != FrameType.TOKEN_REFRESH) { // which end the connection
                        attack(peer, type.id());
                    }
                }
                attack(peer, "unheard-of");
            }
            assertThat(reasons).contains("invalid_json", "validation_failed", "unknown_type", "not_member");
            assertThat(requestIds).hasSizeGreaterThan(100);
            log.assertAccountFor(requestIds);
            log.assertNothingOf(MARK);
        }
    }

    private void attack(int port, Operation operation, String token) {
        String method = operation.method().name();
        String path = operation.path().toString().replaceAll("\\{\\w+\\}", "x1");
        String marked = operation.path().toString().replaceAll("\\{\\w+\\}", MARK_IN_URL);
        String bearer = "Authorization: Bearer " + token + "\r\n";
        String json = bearer + "Content-Type: application/json\r\n";
        String form = new JsonObject()
                .put("email", MARK)
                .put("password", MARK)
                .put("username", new JsonArray().add(MARK))
                .put("userId", MARK)
                .put("before", MARK)
                .put("reason", new JsonObject().put(MARK, 1))
                .encode();
        ask(port, method, path, "", "");
        ask(port, method, path, "Authorization: Bearer " + MARK_IN_TOKEN + "\r\n", "");
        ask(port, method, path, "Authorization: " + MARK_IN_TOKEN + "\r\n", "");
        ask(port, method, path, "Cookie: __Host-portcullis_refresh=" + MARK_IN_TOKEN + "\r\n" + json, "{}");
        ask(port, method, marked, bearer, "");
        ask(port, method, path + "?" + MARK_IN_TOKEN + "=" + MARK_IN_URL, bearer, "");
        ask(port, method, path + "?userId=" + MARK_IN_URL + "&limit=" + MARK_IN_URL, bearer, "");
        ask(port, method, path + "/%2e%2e/" + MARK_IN_URL, bearer, "");
        ask(port, method, path, json, MARK + " is no JSON");
        ask(port, method, path, json, "[\"" + MARK + "\"]");
        ask(port, method, path, json, form);
        ask(port, method, path, json, "{\"a\":".repeat(50) + "\"" + MARK + "\"" + "}".repeat(50));
        ask(port, method, path, json, "{\"email\": \"" + MARK + "x".repeat(20_000) + "\"}");
        ask(port, method, path, bearer + "Content-Type: text/" + MARK_IN_TOKEN + "\r\n", MARK);
        ask(port, method, path, json + "Origin: https://" + MARK_IN_TOKEN + ".example\r\n", "{}");
        ask(port, method, path, json + "Sec-Fetch-Site: cross-site\r\nX-Request-Id: " + MARK_IN_TOKEN + "\r\n", "{}");
        ask(port, method, path, json + "X-CSRF-Token: " + MARK_IN_TOKEN + "\r\n", "{}");
        ask(port, "Zq7MARK", path, bearer, "");
        ask(port, "TRACE", path, bearer + "X-Mark: " + MARK_IN_TOKEN + "\r\n", "");
        ask(port, "OPTIONS", path, "Origin: https://" + MARK_IN_TOKEN + ".example\r\n", "");
    }

    private void ask(int port, String method, String target, String headers, String body) {
        String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        try (RawPeer peer = RawPeer.to(port)) {
            RawPeer.Reply reply = peer.request(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"
                    + headers + length + "\r\n" + body);
            assertThat(reply.headers()).as("headers for %s %s", method, target).allSatisfy(header -> {
                String lower = header.toLowerCase(Locale.ROOT);
                assertThat(lower)
                        .doesNotStartWith("server:")
                        .doesNotStartWith("x-powered-by:")
                        .doesNotContain("zq7");
            });
            // A busy machine may make the node unready: that is an answer of this operation, not a refusal.
            boolean unready = target.replaceFirst("\\?.*", "").equals("/health/ready") && reply.status() == 503;
            if (reply.status() >= 400 && !unready) {
                assertTellsNothing(reply, method + " " + target + " " + headers);
            } else {
                assertThat(reply.body()).doesNotContain("Zq7");
            }
        }
    }

    private void assertTellsNothing(RawPeer.Reply reply, String about) {
        if (!reply.body().startsWith("{")) {
            assertThat(about).as(reply.body()).contains(" /ws");
            assertThat(reply.body()).as(about).matches("[A-Za-z0-9 .,'()-]{0,80}");
            assertThat(INSIDE).as("%s: %s", about, reply.body()).noneMatch(reply.body()::contains);
            return;
        }
        JsonObject document = new JsonObject(reply.body());
        assertThat(document.fieldNames()).as(about).containsExactly("error");
        JsonObject error = document.getJsonObject("error");
        HttpRefusal refusal = REFUSALS.get(error.getString("reason"));
        assertThat(refusal).as("%s: %s", about, error).isNotNull();
        assertThat(reply.status()).as(about).isEqualTo(refusal.status());
        assertThat(error.getString("message")).as(about).isEqualTo(refusal.sentence());
        assertThat(MEMBERS).as(about).containsAll(error.fieldNames());
        reasons.add(refusal.id());
        assertAnonymous(error, about);
    }

    private void attack(ChatPeer peer, String type) {
        List<String> rests = List.of(
                ", \"roomId\": \"" + MARK + "\"}",
                ", \"recipientId\": \"" + MARK + "\"}",
                ", \"roomId\": \"room-1\", \"content\": \"" + MARK + "\"}",
                ", \"content\": \"" + MARK + "\"}",
                ", \"roomId\": \"room-1\", \"content\": {\"" + MARK + "\": 1}}",
                ", \"roomId\": \"room-1\", \"userId\": \"" + MARK + "\", \"reason\": \"" + MARK + "\"}",
                ", \"roomId\": \"room-1\", \"messageId\": \"" + MARK + "\", \"seq\": \"" + MARK + "\"}",
                ", \"content\": \"" + MARK + "\", \"csrfToken\": \"" + MARK + "\", \"x\": 1}",
                ", \"name\": \"../" + MARK + "\", \"size\": -1, \"mime\": \"" + MARK + "\"}",
                ", \"__proto__\": \"" + MARK + "\"}",
                ", \"timestamp\": \"" + MARK + "\"}",
                ", \"a\": \"" + MARK + "\", \"a\": 1}",
                ", \"a\": " + "[".repeat(20) + "\"" + MARK + "\"" + "]".repeat(20) + "}",
                ", \"" + MARK);
        for (int i = 0; i < rests.size(); i++) {
            peer.send("{\"type\": \"" + type + "\", \"id\": \"" + type + "-" + i + "\"" + rests.get(i));
            peer.send("{\"type\": \"ping\", \"id\": \"end-" + type + "-" + i + "\"}");
            String end = "end-" + type + "-" + i;
            JsonObject answer = peer.next(any -> true, "an answer");
            while (!(answer.getString("type").equals("pong") && end.equals(answer.getString("id", end)))) {
                if (answer.getString("type").equals("error")) {
                    assertTellsNothing(answer, type + rests.get(i));
                }
                answer = peer.next(any -> true, "an answer");
            }
        }
    }

    private void assertTellsNothing(JsonObject error, String about) {
        Reason reason = REASONS.get(error.getString("reason"));
        assertThat(reason).as("%s: %s", about, error).isNotNull();
        assertThat(error.getString("message")).as(about).isEqualTo(reason.sentence());
        assertThat(FRAME_MEMBERS).as(about).containsAll(error.fieldNames());
        reasons.add(reason.id());
        assertAnonymous(error.copy().put("roomId", "").put("id", ""), about);
    }

    /** Only {@code path} may repeat the name of a field, as the protocol page says; a rule is one of ours. */
    private void assertAnonymous(JsonObject error, String about) {
        assertThat(error.getString("requestId"))
                .as(about)
                .matches("[A-Za-z0-9_-]{8,64}")
                .doesNotContain("Zq7");
        requestIds.add(error.getString("requestId"));
        for (Object each : error.getJsonArray("details", new JsonArray())) {
            JsonObject detail = (JsonObject) each;
            assertThat(detail.fieldNames()).as(about).containsExactlyInAnyOrder("path", "rule");
            assertThat(detail.getString("rule")).as(about).matches("[a-zA-Z]{1,32}");
            assertThat(detail.getString("path")).as(about).hasSizeLessThan(256);
        }
        JsonObject rest = error.copy();
        rest.remove("details");
        rest.remove("requestId"); // of chance: one of some thousands has "java" in it
        assertThat(INSIDE).as("%s: %s", about, error).noneMatch(rest.encode()::contains);
    }
}
