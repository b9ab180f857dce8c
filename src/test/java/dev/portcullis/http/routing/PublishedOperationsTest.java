package dev.portcullis.http.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.http.AllowedOrigin;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CrossOrigin;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.contract.Operation.Parameter;
import dev.portcullis.http.contract.Operation.Parameter.In;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.Result;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls each operation of the published contract, with requests that fit it and others, and asks vertx-openapi too. It
 * takes a text of digits for a number, also where the schema says string, so no parameter is one.
 */
@ExtendWith(VertxExtension.class)
class PublishedOperationsTest {
    private static final int ACCEPTED = 200;
    private static final String OPERATION = "X-Operation";
    private static final String PUBLISHED = ApiContract.published()
            .json()
            .replace("application/schema+json", "application/json")
            .replace("text/javascript", "text/plain")
            .replace("*/*", "application/octet-stream");
    private static final JsonObject SCHEMAS =
            new JsonObject(PUBLISHED).getJsonObject("components").getJsonObject("schemas");

    /** A value that fits, for each name of a parameter or a field; text where there is none. */
    private static final Map<String, Object> FITTING = Map.ofEntries(
            Map.entry("file", "chat.json"),
            Map.entry("fileId", "0123456789abcdef".repeat(2)),
            Map.entry("loginId", "l".repeat(22)),
            Map.entry("deviceToken", "d".repeat(22)),
            Map.entry("invitation", "i".repeat(43)),
            Map.entry("invitationId", "i".repeat(43)),
            Map.entry("proof", "p".repeat(43) + ":1"),
            Map.entry("roomId", "lobby"),
            Map.entry("userId", "u:ann"),
            Map.entry("ip", "192.0.2.1"),
            Map.entry("seconds", 60),
            Map.entry("retention", Map.of("entries", 9)),
            Map.entry("expiresInMs", 60_000),
            Map.entry("before", 1),
            Map.entry("after", 1_000),
            Map.entry("limit", 10),
            Map.entry("kind", "room"),
            Map.entry("action", "chat"),
            Map.entry("tokenRooms", "lobby"),
            Map.entry("cluster", "true"),
            Map.entry("checkpointId", "0123456789abcdef".repeat(2)),
            Map.entry("copied", "true"),
            Map.entry("prefix", "lob"),
            Map.entry("node", "n1"),
            Map.entry("sort", "name"),
            Map.entry("order", "descending"),
            Map.entry("name", "Ann"),
            Map.entry("cursor", "joined~lobby"),
            Map.entry("searchMessages.cursor", "MX4xfnJvb206YQ"),
            Map.entry("recipientId", "u:ben"),
            Map.entry("refreshTokenIn", "body"),
            Map.entry("replyTo", "0190c1a0-7b1a-7c3d-9e4f-0123456789ab"),
            Map.entry(
                    "attachments",
                    new JsonArray()
                            .add(new JsonObject()
                                    .put("type", "image")
                                    .put("url", "https://files.example/a.png")
                                    .put("name", "a.png"))),
            Map.entry("messages", new JsonArray().add(new JsonObject().put("content", "Some text"))),
            Map.entry("deleteUser.messages", "erase"),
            Map.entry("visibility", "private"),
            Map.entry("role", "moderator"));

    private static Vertx vertx;
    private static int theirs;
    private static final Map<Listener, Integer> OURS = new LinkedHashMap<>();

    /** One request: the values of its parameters, and its body. */
    private record Attempt(Operation operation, Map<Parameter, String> parameters, Optional<String> body) {
        Attempt with(Parameter parameter, String value) {
            Map<Parameter, String> changed = new LinkedHashMap<>(parameters);
            changed.put(parameter, value);
            return new Attempt(operation, changed, body);
        }

        Attempt with(String text) {
            return new Attempt(operation, parameters, Optional.of(text));
        }

        String text() {
            String path = operation.path().toString();
            StringBuilder query = new StringBuilder();
            StringBuilder headers = new StringBuilder(OPERATION + ": " + operation.id() + "\r\n");
            for (Map.Entry<Parameter, String> each : parameters.entrySet()) {
                String name = each.getKey().name();
                switch (each.getKey().in()) {
                    case PATH -> path = path.replace("{" + name + "}", each.getValue());
                    case QUERY ->
                        query.append(query.isEmpty() ? "?" : "&")
                                .append(name)
                                .append("=")
                                .append(each.getValue());
                    case HEADER ->
                        headers.append(name)
                                .append(": ")
                                .append(each.getValue())
                                .append("\r\n");
                }
            }
            body.ifPresent(any -> headers.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(any.length())
                    .append("\r\n"));
            return operation.method() + " " + path + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers
                    + "\r\n" + body.orElse("");
        }
    }

    @BeforeAll
    static void open(Vertx shared) throws Exception {
        vertx = shared;
        for (Listener each : Listener.values()) {
            OURS.put(each, listen(router(each)));
        }
        OpenAPIContract contract =
                OpenAPIContract.from(vertx, new JsonObject(PUBLISHED)).await(30, TimeUnit.SECONDS);
        RequestValidator validator = RequestValidator.create(vertx, contract);
        theirs = listen(request -> Future.succeededFuture()
                .compose(any -> validator.validate(request, request.getHeader(OPERATION)))
                .onComplete((accepted, failure) -> request.response()
                        .setStatusCode(failure == null ? ACCEPTED : 400)
                        .end()));
    }

    static Stream<String> operation_gets_the_same_verdicts() {
        return ApiContract.published().operations().stream()
                .filter(each -> !each.streamed()) // its body fits no schema
                .map(Operation::id);
    }

    @ParameterizedTest
    @MethodSource
    void operation_gets_the_same_verdicts(String id) {
        Operation operation = ApiContract.published().operation(id);
        Attempt fitting = fitting(operation);
        assertThat(isAccepted(fitting)).as("%s", fitting).isTrue();
        assertThat(isAcceptedByThem(fitting)).as("%s", fitting).isTrue();
        int refused = 0;
        for (Attempt each : mutated(fitting)) {
            boolean verdict = isAccepted(each);
            assertThat(verdict).as("%s", each).isEqualTo(isAcceptedByThem(each));
            refused += verdict ? 0 : 1;
        }
        boolean constrained = operation.body().isPresent()
                || operation.parameters().stream().anyMatch(each -> each.in() != In.HEADER);
        assertThat(refused > 0).isEqualTo(constrained);
    }

    private static Attempt fitting(Operation operation) {
        Map<Parameter, String> parameters = new LinkedHashMap<>();
        operation
                .parameters()
                .forEach(each -> parameters.put(
                        each,
                        String.valueOf(FITTING.getOrDefault(operation.id() + "." + each.name(), value(each.name())))));
        return new Attempt(
                operation,
                parameters,
                schema(operation).map(schema -> body(schema, true).encode()));
    }

    private static List<Attempt> mutated(Attempt fitting) {
        List<Attempt> all = new ArrayList<>();
        for (Parameter each : fitting.operation().parameters()) {
            for (String bad : List.of("~", "-", "x".repeat(200))) {
                all.add(fitting.with(each, bad));
            }
        }
        schema(fitting.operation()).ifPresent(schema -> {
            for (String bad : List.of("[]", "7", "null", "{", "{} {}")) {
                all.add(fitting.with(bad));
            }
            bodies(schema).forEach(body -> all.add(fitting.with(body.encode())));
        });
        return all;
    }

    private static List<JsonObject> bodies(JsonObject schema) {
        List<JsonObject> all = new ArrayList<>();
        all.add(body(schema, false));
        all.add(new JsonObject());
        for (String unknown : List.of("other", "__proto__", "constructor", "csrfToken")) {
            all.add(body(schema, true).put(unknown, "x"));
        }
        for (String name : schema.getJsonObject("properties").fieldNames()) {
            JsonObject without = body(schema, true);
            without.remove(name);
            all.add(without);
            all.add(body(schema, true).put(name, value(name)));
            for (Object bad : List.of(true, -1, 1.5, "", "~ ", "x".repeat(6_000), new JsonArray(), new JsonObject())) {
                all.add(body(schema, true).put(name, bad));
            }
        }
        return all;
    }

    /** @param optional whether with the fields that may be absent; of alternatives it has the first */
    private static JsonObject body(JsonObject schema, boolean optional) {
        JsonObject body = new JsonObject();
        JsonArray required = schema.getJsonArray("required", new JsonArray());
        for (String name : schema.getJsonObject("properties").fieldNames()) {
            if (optional || required.contains(name)) {
                body.put(name, value(name));
            }
        }
        JsonArray alternatives = schema.getJsonArray("oneOf", new JsonArray());
        for (int i = 0; i < alternatives.size(); i++) {
            for (Object name : alternatives.getJsonObject(i).getJsonArray("required")) {
                if (i == 0) {
                    body.put((String) name, value((String) name));
                } else {
                    body.remove((String) name);
                }
            }
        }
        JsonObject dependent = schema.getJsonObject("dependentRequired", new JsonObject());
        for (String name : dependent.fieldNames()) {
            if (!dependent.getJsonArray(name).stream().allMatch(each -> body.containsKey((String) each))) {
                body.remove(name);
            }
        }
        return body;
    }

    private static Object value(String name) {
        return Objects.requireNonNull(FITTING.getOrDefault(name, "Some-text-77"));
    }

    private static Optional<JsonObject> schema(Operation operation) {
        return Optional.ofNullable(new JsonObject(PUBLISHED)
                        .getJsonObject("paths")
                        .getJsonObject(operation.path().toString())
                        .getJsonObject(operation.method().name().toLowerCase(Locale.ROOT))
                        .getJsonObject("requestBody"))
                .map(body -> body.getJsonObject("content")
                        .getJsonObject("application/json")
                        .getJsonObject("schema")
                        .getString("$ref"))
                .map(reference -> SCHEMAS.getJsonObject(reference.substring(reference.lastIndexOf('/') + 1)));
    }

    private static Router router(Listener listener) {
        ClientAddress proxies = new ClientAddress(List.of());
        BodyMemory unlimited = new BodyMemory(Long.MAX_VALUE);
        OriginConfig origins = new OriginConfig(
                List.of(AllowedOrigin.parse("https://chat.example").orElseThrow()), OriginConfig.Missing.REJECT);
        OperationGuard everyone = request -> Future.succeededFuture(Result.done(Optional::empty));
        RouterBuilder builder = new RouterBuilder(
                        ApiContract.published(), listener, new HttpResponses(proxies), (request, why) -> "r1")
                .cors(new CrossOrigin(new OriginRule(Live.fixed(origins))))
                .bodies(new BodyReader(vertx, new BodyLimiter(unlimited, 100), proxies, 10_000))
                .guard("user", everyone)
                .guard("operator", everyone);
        ApiContract.published().operations(listener).stream()
                .forEach(each -> builder.bind(each.id(), request -> request.send(ACCEPTED)));
        return builder.build();
    }

    private static int listen(Handler<HttpServerRequest> handler) throws Exception {
        return vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    private static boolean isAccepted(Attempt attempt) {
        int status = status(Objects.requireNonNull(OURS.get(attempt.operation().listener())), attempt);
        assertThat(status).as("%s", attempt).isIn(ACCEPTED, 400, 404);
        return status == ACCEPTED;
    }

    private static boolean isAcceptedByThem(Attempt attempt) {
        return status(theirs, attempt) == ACCEPTED;
    }

    private static int status(int port, Attempt attempt) {
        try (RawPeer peer = RawPeer.to(port)) {
            return peer.request(attempt.text()).status();
        }
    }
}
