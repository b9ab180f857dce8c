package dev.portcullis.http.routing;

import static dev.portcullis.http.contract.ContractText.body;
import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.parameter;
import static dev.portcullis.http.contract.ContractText.parameters;
import static dev.portcullis.http.contract.ContractText.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.ContractText;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.kit.RawPeer;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.RequestValidator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * vertx-openapi reads the same contract, and judges requests likewise. It serves no requests: it has two readings of one
 * path, lenient JSON and no deadline for a body.
 */
@ExtendWith(VertxExtension.class)
class OpenApiAgreementTest {
    private static final int REQUESTS = 600;
    private static final int ACCEPTED = 200;
    private static final String NAME = "{\"type\":\"string\",\"pattern\":\"^[a-z]{1,8}$\"}";
    private static final String LIMIT = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}";
    private static final String CONTRACT = ContractText.of(path(
            "/rooms/{room}/notes",
            operation(
                    "post",
                    "addNote",
                    parameters(
                            parameter("room", "path", true, NAME),
                            parameter("by", "query", true, NAME),
                            parameter("limit", "query", false, LIMIT),
                            parameter("drafts", "query", false, "{\"type\":\"boolean\"}"),
                            parameter("X-Token", "header", true, "{\"type\":\"string\",\"enum\":[\"t1\",\"t2\"]}")),
                    body("{\"$ref\":\"#/components/schemas/Note\"}"))));

    private Vertx vertx;
    private int ours;
    private int theirs;

    /** A request in parts, some of which do not fit. */
    private record Attempt(String room, String query, String headers, String body) {
        static Attempt random(Random random) {
            String room = pick(random, "lobby", "a", "lobby", "toolongname", "Lobby", "l0bby");
            String by = pick(random, "by=ann&", "by=b&", "by=ann&", "", "by=Ann&", "by=toolongname&");
            String limit =
                    pick(random, "", "limit=1&", "limit=100&", "limit=0&", "limit=101&", "limit=x&", "limit=-5&");
            String drafts = pick(random, "", "drafts=true&", "drafts=false&", "drafts=yes&");
            String headers =
                    pick(random, "X-Token: t1\r\n", "X-Token: t2\r\n", "X-Token: t1\r\n", "", "X-Token: t3\r\n");
            String query = by + limit + drafts;
            return new Attempt(
                    room,
                    query.isEmpty() ? "" : "?" + query.substring(0, query.length() - 1),
                    headers + "Content-Type: " + pick(random, "application/json", "application/json", "text/plain")
                            + "\r\n",
                    note(random));
        }

        private static String note(Random random) {
            JsonObject note = new JsonObject();
            put(random, note, "content", "hi", "caf\u00e9", "x".repeat(9_000), "hi", "", "x".repeat(9_001), 7, true);
            put(random, note, "limit", 1, 100, 50, 0, 101, "1", 1.5, new JsonArray());
            put(random, note, "isTyping", true, false, true, false, "true", 1);
            put(
                    random,
                    note,
                    "attachments",
                    new JsonArray(),
                    new JsonArray().add(new JsonObject().put("url", "abc")),
                    new JsonArray().add(new JsonObject().put("url", "abc")).add(new JsonObject().put("url", "d")),
                    new JsonArray().add(new JsonObject()),
                    new JsonArray().add(new JsonObject().put("url", "ABC")),
                    new JsonArray().add(new JsonObject().put("url", "abc").put("size", 1)),
                    new JsonArray().add(1),
                    new JsonArray().add(new JsonObject()).add(new JsonObject()).add(new JsonObject()),
                    new JsonObject());
            if (random.nextInt(8) == 0) {
                note.put(pick(random, "secret", "name", "__proto__", "constructor"), 1);
            }
            return random.nextInt(12) == 0 ? pick(random, "", "[]", "{", "null", "{} {}", "7") : note.encode();
        }

        /** The first values fit, and are chosen more often. */
        private static void put(Random random, JsonObject into, String name, Object... values) {
            int choice = random.nextInt(6);
            if (choice > 0) {
                into.put(
                        name,
                        values[
                                choice > 1
                                        ? random.nextInt(Math.min(3, values.length))
                                        : random.nextInt(values.length)]);
            }
        }

        private static String pick(Random random, String... values) {
            return values[random.nextInt(2) == 0 ? 0 : random.nextInt(values.length)];
        }

        String text() {
            byte[] utf8 = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            return "POST /rooms/" + room + "/notes" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers
                    + "Content-Length: " + utf8.length + "\r\n\r\n"
                    + new String(utf8, java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        ClientAddress proxies = new ClientAddress(List.of());
        BodyMemory unlimited = new BodyMemory(Long.MAX_VALUE);
        ours = listen(new RouterBuilder(
                        ApiContract.parse("test.json", CONTRACT),
                        Listener.PUBLIC,
                        new HttpResponses(proxies),
                        (request, why) -> "r1")
                .bodies(new BodyReader(vertx, new BodyLimiter(unlimited, 100), proxies, 10_000))
                .bind("addNote", request -> request.send(ACCEPTED))
                .build());
        RequestValidator validator = RequestValidator.create(vertx, load(CONTRACT));
        theirs = listen(request -> judge(validator, request)
                .onComplete((accepted, failure) -> request.response()
                        .setStatusCode(failure == null ? ACCEPTED : 400)
                        .end()));
    }

    /** It knows neither schemas, scripts nor files of any type. */
    @Test
    void published_contract_is_valid_and_has_the_operations_of_the_router() throws Exception {
        String published = ApiContract.published()
                .json()
                .replace("application/schema+json", "application/json")
                .replace("text/javascript", "text/plain")
                .replace("*/*", "application/octet-stream");
        assertThat(load(published).operations())
                .extracting(each -> each.getHttpMethod() + " " + each.getOpenAPIPath() + " " + each.getOperationId())
                .containsExactlyInAnyOrderElementsOf(ApiContract.published().operations().stream()
                        .map(each -> each.method() + " " + each.path() + " " + each.id())
                        .toList());
    }

    @Test
    void random_request_gets_the_same_verdict() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < REQUESTS; i++) {
            Attempt attempt = Attempt.random(random);
            boolean verdict = isAccepted(ours, attempt.text());
            assertThat(verdict)
                    .as("seed %d, request %d: %s", seed, i, attempt)
                    .isEqualTo(isAccepted(theirs, attempt.text()));
            accepted += verdict ? 1 : 0;
        }
        assertThat(accepted).as("seed %d", seed).isBetween(REQUESTS / 50, REQUESTS * 4 / 5);
    }

    /** Where we are stricter, by intent: it accepts each of these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "lobby|?by=ann&other=1|X-Token: t1~Content-Type: application/json~|{\"content\":\"a\"}",
                "lobby|?by=ann&by=bob|X-Token: t1~Content-Type: application/json~|{\"content\":\"a\"}",
                "lobby|?by=ann&limit=1e1|X-Token: t1~Content-Type: application/json~|{\"content\":\"a\"}",
                "lobby|?by=ann|X-Token: t1~X-Token: t2~Content-Type: application/json~|{\"content\":\"a\"}",
                "%6cobby|?by=ann|X-Token: t1~Content-Type: application/json~|{\"content\":\"a\"}",
                "lobby|?by=ann|X-Token: t1~Content-Type: application/jsonp~|{\"content\":\"a\"}",
                "lobby|?by=ann|X-Token: t1~Content-Type: application/json; charset=utf-16~|{\"content\":\"a\"}",
                "lobby|?by=ann|X-Token: t1~Content-Type: application/json~|{\"content\":\"a\",\"content\":\"b\"}",
                "lobby|?by=ann|X-Token: t1~Content-Type: application/json~|{\"content\":\"a\"/* comment */}",
                "lobby|?by=ann|X-Token: t1~Content-Type: application/json~|{\"content\":\"a\",\"attachments\":[{\"url\":\"abc\\n\"}]}",
            })
    void request_that_it_accepts_and_we_refuse(String parts) {
        String[] part = parts.split("\\|", -1);
        String text = new Attempt(part[0], part[1], part[2].replace("~", "\r\n"), part[3]).text();
        assertThat(isAccepted(theirs, text)).isTrue();
        assertThat(isAccepted(ours, text)).isFalse();
    }

    private OpenAPIContract load(String json) throws Exception {
        return OpenAPIContract.from(vertx, new JsonObject(json)).await(30, TimeUnit.SECONDS);
    }

    private int listen(Handler<HttpServerRequest> handler) throws Exception {
        return vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    private static Future<?> judge(RequestValidator validator, HttpServerRequest request) {
        return Future.succeededFuture().compose(any -> validator.validate(request, "addNote"));
    }

    private static boolean isAccepted(int port, String text) {
        try (RawPeer peer = RawPeer.to(port)) {
            return peer.request(text).status() == ACCEPTED;
        }
    }
}
