package dev.portcullis.edge.listener;

import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.parameter;
import static dev.portcullis.http.contract.ContractText.parameters;
import static dev.portcullis.http.contract.ContractText.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.contract.ContractText;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A parameter has one reading, or the request is refused. */
@ExtendWith(VertxExtension.class)
class RequestParametersTest {
    private static final String ID = "{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}$\"}";
    private static ContractServer server;

    @BeforeAll
    static void open(Vertx vertx) throws Exception {
        server = new ContractServer(
                vertx,
                ContractText.parse(path(
                        "/rooms/{room}/notes",
                        operation(
                                "get",
                                "getNotes",
                                parameters(
                                        parameter("room", "path", true, ID),
                                        parameter("by", "query", false, ID),
                                        parameter(
                                                "limit",
                                                "query",
                                                false,
                                                "{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}"),
                                        parameter("drafts", "query", false, "{\"type\":\"boolean\"}"),
                                        parameter(
                                                "X-Token",
                                                "header",
                                                true,
                                                "{\"type\":\"string\",\"enum\":[\"t1\",\"t2\"]}"))),
                        operation("delete", "deleteNotes", parameters(parameter("room", "path", true, ID))))),
                5_000,
                16,
                1 << 20,
                builder -> builder.bind("getNotes", RequestParametersTest::echo)
                        .bind("deleteNotes", request -> request.send(204)));
    }

    /** Forms of any site send their types without asking (CWE-352). */
    @ParameterizedTest
    @CsvSource({
        "'', 204",
        "'Content-Length: 0', 204",
        "'Content-Type: application/json', 204",
        "'Content-Type: application/json; charset=utf-8', 204",
        "'Content-Type: text/plain', 415",
        "'Content-Type: application/x-www-form-urlencoded', 415",
        "'Content-Type: text/plain;application/json', 415"
    })
    void write_without_a_body_needs_no_type_and_has_no_other_than_json(String header, int status) {
        try (RawPeer peer = server.peer()) {
            Reply reply = peer.request("DELETE /rooms/lobby/notes HTTP/1.1\r\nHost: x\r\n"
                    + (header.isEmpty() ? "" : header + "\r\n") + "\r\n");
            assertThat(reply.status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/rooms/lobby/notes, lobby - 0 false",
        "/rooms/lobby/notes?, lobby - 0 false",
        "/rooms/lobby/notes?limit=7, lobby - 7 false",
        "/rooms/lobby/notes?drafts=true&by=ann%2B1&limit=100, lobby ann+1 100 true",
        "/rooms/a+b@c:d/notes?by=%61nn, a+b@c:d ann 0 false",
        "/rooms/a%2Bb%40c%3ad%7C/notes, a+b@c:d| - 0 false",
        "http://x/rooms/lobby/notes?limit=7, lobby - 7 false"
    })
    void parameters_that_fit_are_passed_on(String target, String expected) {
        Reply reply = get(target, "X-Token: t1\r\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "?limit=0, /limit minimum",
        "?limit=101, /limit maximum",
        "?limit=1e1, /limit type",
        "?limit=1.0, /limit type",
        "?limit=07, /limit type",
        "?limit=%2B7, /limit type",
        "?limit=, /limit type",
        "?limit=99999999999999999999, /limit type",
        "?drafts=1, /drafts type",
        "?drafts=TRUE, /drafts type",
        "?by=, /by pattern",
        "?by=a%0A, /by pattern",
        "?by=a+b, /by format",
        "?by=%25, /by pattern",
        "?other=1, /other additionalProperties",
        "?limit=1&limit=2, /limit repeated",
        "?limit=1&limi%74=2, /limit repeated",
        "?limit, /limit format",
        "?&, ' format; format'",
        "?limit=0&other=1&by=, /by pattern;/limit minimum;/other additionalProperties"
    })
    void query_that_does_not_fit_is_refused_with_400_and_the_names_of_its_parameters(String query, String details) {
        assertInvalid(get("/rooms/lobby/notes" + query, "X-Token: t1\r\n"), details);
    }

    @ParameterizedTest
    @CsvSource({
        "'', required",
        "X-Token: t3, enum",
        "X-Token:, enum",
        "X-Token: t1|X-Token: t1, repeated",
        "'X-Token: t1, t2', enum"
    })
    void header_that_does_not_fit_is_refused_with_400_and_its_name(String headers, String rule) {
        String lines = headers.isEmpty() ? "" : headers.replace("|", "\r\n") + "\r\n";
        assertInvalid(get("/rooms/lobby/notes", lines), "/X-Token " + rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/rooms/lobby%2f/notes",
                "/rooms/lobby%/notes",
                "/rooms/lobby%3/notes",
                "/rooms/lobby%253A/notes",
                "/rooms/lobby%3B/notes",
                "/rooms/%6cobby/notes",
                "/rooms/lobby;a/notes",
                "/rooms/./notes",
                "/rooms/../notes",
                "/rooms/x/../lobby/notes",
                "/rooms//notes",
                "//rooms/lobby/notes",
                "/rooms/lobby/notes/",
                "/rooms/-lobby/notes",
                "/rooms/lobby"
            })
    void id_that_can_not_exist_is_not_found(String path) {
        assertThat(get(path, "X-Token: t1\r\n").status()).isEqualTo(404);
    }

    @Test
    void method_is_judged_before_the_parameters() {
        try (RawPeer peer = server.peer()) {
            Reply reply = peer.request("PUT /rooms/-/notes HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(reply.status()).isEqualTo(405);
            assertThat(reply.header("Allow")).isEqualTo("GET, HEAD, DELETE");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    private static void echo(ApiRequest request) {
        String text = request.text("room") + " " + request.textIn("by").orElse("-") + " "
                + request.numberIn("limit").orElse(0L) + " "
                + request.flagIn("drafts").orElse(false);
        request.send(200, "text/plain", Buffer.buffer(text));
    }

    private static void assertInvalid(Reply reply, String details) {
        assertThat(reply.status()).isEqualTo(400);
        JsonObject error = new JsonObject(reply.body()).getJsonObject("error");
        assertThat(error.getString("reason")).isEqualTo("invalid_parameter");
        assertThat(error.getJsonArray("details").stream()
                        .map(JsonObject.class::cast)
                        .map(each -> each.getString("path") + " " + each.getString("rule"))
                        .collect(Collectors.joining(";")))
                .isEqualTo(details);
    }

    private static Reply get(String target, String headers) {
        try (RawPeer peer = server.peer()) {
            return peer.request("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
        }
    }
}
