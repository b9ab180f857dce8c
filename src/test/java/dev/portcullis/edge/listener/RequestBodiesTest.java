package dev.portcullis.edge.listener;

import static dev.portcullis.http.contract.ContractText.body;
import static dev.portcullis.http.contract.ContractText.note;
import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.path;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.ContractText;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.http.routing.OperationGuard.Refused;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A body without bounds would hold memory and connections for as long as its sender likes (CWE-400, CWE-770). */
@ExtendWith(VertxExtension.class)
class RequestBodiesTest {
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String CORS = "\"x-portcullis-headers\":[\"cors\",\"no-store\"]";
    private static final int MANY = 1_000;

    private final List<RawPeer> peers = new ArrayList<>();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final List<Promise<Result<Caller, Refused>>> guarded = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private ContractServer server;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        server = listen(5_000, 16, 1 << 20);
    }

    @AfterEach
    void close() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void body_that_fits_is_passed_on_and_the_connection_stays() throws Exception {
        RawPeer peer = peer();
        for (int i = 0; i < 3; i++) {
            Reply reply = peer.request(post("/notes", JSON, "{\"content\":\"caf\u00c3\u00a9\",\"limit\":7}"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("caf\u00e9 7");
            assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        }
        assertThat(server.held()).isZero();
    }

    @Test
    void body_in_chunks_is_read_whole() throws Exception {
        Reply reply = peer().request(chunked("{\"content\":", "\"hi\"}"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("hi 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json;charset=utf-8",
                "application/json ; charset=\"UTF-8\""
            })
    void type_of_json_in_utf8_is_accepted(String type) throws Exception {
        assertThat(status(post("/notes", "Content-Type: " + type + "\r\n", "{\"content\":\"a\"}")))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Type:\r\n",
                "Content-Type: text/plain\r\n",
                "Content-Type: application/jsonp\r\n",
                "Content-Type: application/json; charset=utf-16\r\n",
                "Content-Type: application/json, text/plain\r\n",
                "Content-Type: application/x-www-form-urlencoded\r\n",
                JSON + JSON,
                JSON + "Content-Encoding: gzip\r\n"
            })
    void other_type_is_refused_with_415(String headers) throws Exception {
        assertRefused(peer(), post("/notes", headers, "{\"content\":\"a\"}"), 415, "unsupported_media_type");
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"text\"",
                "{\"content\":\"a\"",
                "{\"content\":\"a\"} {}",
                "{\"content\":\"a\",\"content\":\"b\"}",
                "{\"content\":\"a\",/* comment */\"limit\":1}",
                "{\"content\":\"a\",\"limit\":NaN}",
                "{\"content\":\"a\",\"limit\":1e400}",
                "\u00ef\u00bb\u00bf{\"content\":\"a\"}",
                "{\"content\":\"\u00ed\u00a0\u00bd\u00ed\u00b8\u0080\"}",
                "{\"content\":\"\u00c1\u0081\"}",
                "{\"content\":\"\u00ed\u00a0\u0080\"}",
                "{\"content\":\"\u00ff\"}",
                "\u0000{\u0000}",
                "{\"x\":[[[[[[[[[[1]]]]]]]]]]}"
            })
    void body_that_is_not_one_strict_json_object_is_refused(String text) throws Exception {
        RawPeer peer = peer();
        Reply reply = peer.request(post("/notes", JSON, text));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(error(reply).getString("reason")).isEqualTo("invalid_json");
        assertThat(error(reply).containsKey("details")).isFalse();
        assertThat(handled).isEmpty();
        assertThat(peer.request(post("/notes", JSON, "{\"content\":\"a\"}")).status())
                .as("the body was read to its end")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /content | required",
                "{\"content\":7} | /content | type",
                "{\"content\":\"\"} | /content | minLength",
                "{\"content\":\"a\",\"limit\":101} | /limit | maximum",
                "{\"content\":\"a\",\"isTyping\":1} | /isTyping | type",
                "{\"content\":\"a\",\"secret\":1} | /secret | additionalProperties",
                "{\"content\":\"a\",\"name\":\"b\"} | /name | additionalProperties",
                "{\"content\":\"a\",\"__proto__\":{}} | /__proto__ | propertyNames",
                "{\"content\":\"a\",\"attachments\":[{\"url\":\"abc\\n\"}]} | /attachments/0/url | pattern",
                "{\"content\":\"\\ud800\"} | /content | pattern"
            })
    void body_that_does_not_fit_its_schema_is_refused_with_the_failing_keyword(String text, String path, String rule)
            throws Exception {
        Reply reply = peer().request(post("/notes", JSON, text));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(error(reply).getString("reason")).isEqualTo("validation_failed");
        assertThat(error(reply).getString("requestId")).isNotBlank();
        assertThat(error(reply).getJsonArray("details"))
                .isEqualTo(
                        new JsonArray().add(new JsonObject().put("path", path).put("rule", rule)));
        assertThat(handled).isEmpty();
    }

    @Test
    void violations_are_reported_up_to_ten() throws Exception {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < MANY; i++) {
            text.append("\"u").append(i).append("\":1,");
        }
        Reply reply = peer().request(
                        post("/notes", JSON, text.append("\"content\":\"a\"}").toString()));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(error(reply).getJsonArray("details")).hasSize(10);
    }

    @Test
    void body_over_the_size_limit_is_refused_before_it_is_sent() throws Exception {
        RawPeer peer = peer();
        Reply reply = peer.request("POST /notes HTTP/1.1\r\nHost: x\r\n" + JSON + "Content-Length: 10241\r\n\r\n");
        assertThat(reply.status()).isEqualTo(413);
        assertThat(error(reply).getString("reason")).isEqualTo("message_too_large");
        assertThat(peer.isCutOff()).isTrue();
        RawPeer huge = peer();
        assertThat(huge.request("POST /notes HTTP/1.1\r\nHost: x\r\n" + JSON
                                + "Content-Length: 9223372036854775807\r\n\r\n")
                        .status())
                .isEqualTo(413);
        assertThat(server.held()).isZero();
    }

    @Test
    void body_of_the_largest_size_is_read() throws Exception {
        String text = "{\"content\":\"" + "a".repeat(9_000) + "\"" + " ".repeat(1_226) + "}";
        assertThat(text).hasSize(10_240);
        assertThat(status(post("/notes", JSON, text))).isEqualTo(200);
        assertThat(status(chunked(text.substring(0, 5_000), text.substring(5_000))))
                .isEqualTo(200);
    }

    @Test
    void chunks_over_the_size_limit_are_refused_while_they_come() throws Exception {
        RawPeer peer = peer();
        Reply reply = peer.request(head("Transfer-Encoding: chunked\r\n") + "2801\r\n" + "a".repeat(10_241));
        assertThat(reply.status()).isEqualTo(413);
        assertThat(peer.isCutOff()).isTrue();
        assertThat(server.held()).isZero();
    }

    @Test
    void body_that_is_not_complete_in_time_is_refused_with_408() throws Exception {
        server = listen(200, 16, 1 << 20);
        RawPeer peer = peer();
        Reply reply = peer.request(head("Content-Length: 100\r\n") + "{\"content\"");
        assertThat(reply.status()).isEqualTo(408);
        assertThat(error(reply).getString("reason")).isEqualTo("request_timeout");
        assertThat(peer.isCutOff()).isTrue();
        assertThat(server.held()).isZero();
    }

    @Test
    void bytes_now_and_then_do_not_extend_the_time() throws Exception {
        server = listen(500, 16, 1 << 20);
        RawPeer peer = peer();
        write(peer, head("Content-Length: 10000\r\n"));
        assertThat(peer.isCutOffWhile(() -> peer.write(new byte[] {' '}))).isTrue();
        awaitHeld(0);
        assertThat(handled).isEmpty();
    }

    @Test
    void connection_that_closes_in_the_middle_frees_its_memory() throws Exception {
        RawPeer peer = peer();
        write(peer, head("Content-Length: 1000\r\n") + "{\"content\"");
        awaitHeld(2_000);
        peer.close();
        awaitHeld(0);
        assertThat(handled).isEmpty();
        assertThat(status(post("/notes", JSON, "{\"content\":\"a\"}"))).isEqualTo(200);
    }

    @Test
    void requests_behind_a_body_are_answered_after_it() throws Exception {
        RawPeer peer = peer();
        Reply first = peer.request(post("/notes", JSON, "{\"content\":\"one\"}")
                + post("/notes", JSON, "{\"content\":\"two\"}")
                + "GET /notes HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(first.body()).isEqualTo("one 0");
        assertThat(peer.request("").body()).isEqualTo("two 0");
        assertThat(peer.request("").body()).isEqualTo("all");
        assertThat(handled).containsExactly("one", "two");
    }

    /** The rest of a body that is refused must never be read as a request (CWE-444). */
    @Test
    void rest_of_a_refused_body_is_no_request() throws Exception {
        RawPeer peer = peer();
        String smuggled = post("/notes", JSON, "{\"content\":\"smuggled\"}");
        Reply reply = peer.request(post("/notes", "Content-Type: text/plain\r\n", smuggled));
        assertThat(reply.status()).isEqualTo(415);
        assertThat(peer.rest()).isEmpty();
        assertThat(handled).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"})
    void body_where_none_is_declared_is_refused(String rest) throws Exception {
        for (String start : List.of("GET /notes", "DELETE /notes")) {
            assertRefused(peer(), start + " HTTP/1.1\r\nHost: x\r\n" + JSON + rest, 400, "bad_request");
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void continue_is_sent_only_to_a_body_that_is_wanted() throws Exception {
        RawPeer peer = peer();
        assertThat(peer.request(head("Expect: 100-continue\r\nContent-Length: 15\r\n"))
                        .status())
                .isEqualTo(100);
        assertThat(peer.request("{\"content\":\"a\"}").status()).isEqualTo(200);
        assertRefused(
                peer(),
                "POST /notes HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 15\r\n\r\n",
                415,
                "unsupported_media_type");
    }

    /** RFC 9110 section 10.1.1 */
    @ParameterizedTest
    @ValueSource(
            strings = {"Expect: tea\r\n", "Expect: 100-continue, tea\r\n", "Expect: 100-continue\r\nExpect: tea\r\n"})
    void unknown_expectation_is_refused_with_417_wherever_it_is_sent(String expect) throws Exception {
        assertRefused(peer(), head(expect + "Content-Length: 15\r\n"), 417, "expectation_failed");
        for (String path : List.of("/notes", "/nothing")) {
            assertThat(status("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + expect + "\r\n"))
                    .isEqualTo(417);
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void body_is_invited_only_once_the_guard_has_admitted_the_request() throws Exception {
        String head =
                "POST /guarded HTTP/1.1\r\nHost: x\r\n" + JSON + "Expect: 100-continue\r\nContent-Length: 15\r\n\r\n";
        RawPeer refused = peer();
        write(refused, head);
        assertThat(Await.until(() -> guarded.size() == 1)).isTrue();
        assertThat(server.held()).isZero();
        complete(Result.refused(new Refused(HttpRefusal.UNAUTHORIZED)));
        assertThat(refused.request("").status()).isEqualTo(401);
        assertThat(refused.isCutOff()).as("a body is not waited for").isTrue();

        RawPeer admitted = peer();
        write(admitted, head);
        complete(Result.done(Optional::empty));
        assertThat(admitted.request("").status()).isEqualTo(100);
        assertThat(admitted.request("{\"content\":\"a\"}").status()).isEqualTo(200);
        assertThat(handled).containsExactly("a");
    }

    @Test
    void client_that_does_not_wait_for_the_invitation_is_served() throws Exception {
        RawPeer hasty = peer();
        write(
                hasty,
                "POST /guarded HTTP/1.1\r\nHost: x\r\n" + JSON
                        + "Expect: 100-continue\r\nContent-Length: 15\r\n\r\n{\"content\":\"a\"}");
        complete(Result.done(Optional::empty));
        assertThat(hasty.request("").status()).isEqualTo(100);
        assertThat(hasty.request("").status()).isEqualTo(200);

        RawPeer old = peer();
        assertThat(old.request("POST /notes HTTP/1.0\r\nHost: x\r\n" + JSON
                                + "Expect: 100-continue\r\nContent-Length: 15\r\n\r\n{\"content\":\"a\"}")
                        .status())
                .as("HTTP/1.0 has no interim responses")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example\r\n",
                "Origin: null\r\n",
                "Origin: https://chat.example.evil.example\r\n",
                "Origin: https://chat.example\r\nOrigin: https://evil.example\r\n",
                "Origin:\r\n"
            })
    void write_of_a_foreign_page_is_refused_with_403(String origin) throws Exception {
        assertRefused(peer(), post("/notes", JSON + origin, "{\"content\":\"a\"}"), 403, "forbidden");
        assertRefused(peer(), "DELETE /notes HTTP/1.1\r\nHost: x\r\n" + origin + "\r\n", 403, "forbidden");
        assertThat(handled).isEmpty();
    }

    @Test
    void page_of_a_listed_origin_may_write_and_read_the_answer() throws Exception {
        String origin = "Origin: " + ContractServer.ORIGIN + "\r\n";
        Reply accepted = peer().request(post("/notes", JSON + origin, "{\"content\":\"a\"}"));
        Reply refused = peer().request(post("/notes", JSON + origin, "{}"));
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(List.of(accepted, refused)).allSatisfy(reply -> {
            assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(ContractServer.ORIGIN);
            assertThat(reply.header("Vary")).isEqualTo("Origin");
        });
    }

    @Test
    void preflight_of_a_listed_origin_names_methods_and_headers() throws Exception {
        Reply reply = peer().request(preflight("/notes", ContractServer.ORIGIN));
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(ContractServer.ORIGIN);
        assertThat(reply.header("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, POST, DELETE, OPTIONS");
        assertThat(reply.header("Access-Control-Allow-Headers")).isEqualTo("authorization, content-type");
        assertThat(reply.header("Vary")).isEqualTo("Origin");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(status(preflight("/notes", "https://evil.example"))).isEqualTo(403);
        assertThat(status(preflight("/guarded", ContractServer.ORIGIN)))
                .as("no page may use it")
                .isEqualTo(405);
        assertThat(status("OPTIONS /notes HTTP/1.1\r\nHost: x\r\n\r\n"))
                .as("asks nothing")
                .isEqualTo(405);
    }

    @Test
    void slowest_body_of_an_address_is_refused_with_429_for_one_beyond_the_limit() throws Exception {
        server = listen(60_000, 2, 1 << 20);
        RawPeer first = slowly();
        awaitHeld(2_000);
        slowly();
        awaitHeld(4_000);
        assertThat(Await.until(() -> {
                    assertThat(status(post("/notes", JSON, "{\"content\":\"a\"}")))
                            .isEqualTo(200);
                    return server.held() == 2_000; // the first one's moment is over
                }))
                .isTrue();
        Reply reply = first.request("");
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(first.isCutOff()).isTrue();
    }

    @Test
    void caller_who_is_admitted_waits_for_no_bodies_of_its_address_and_has_a_limit_of_its_own() throws Exception {
        server = listen(60_000, 1, 1 << 20);
        slowly();
        awaitHeld(2_000);
        RawPeer mine = peer();
        write(
                mine,
                "POST /guarded HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{");
        complete(Result.done(() -> Optional.of("user ann")));
        awaitHeld(3_000);
        RawPeer second = peer();
        write(second, post("/guarded", JSON, "{\"content\":\"a\"}"));
        complete(Result.done(() -> Optional.of("user ann")));
        assertThat(second.request("").status()).isEqualTo(429);
        assertThat(server.held()).isEqualTo(3_000);
    }

    @Test
    void body_beyond_the_memory_of_the_node_is_refused_with_503() throws Exception {
        server = listen(60_000, 16, 5_250);
        slowly();
        awaitHeld(2_000);
        RawPeer large = peer();
        Reply reply = large.request(head("Content-Length: 3000\r\n") + " ".repeat(2_999));
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(large.isCutOff()).isTrue();
        assertThat(server.held()).as("the refused one holds nothing").isEqualTo(2_000);
    }

    @Test
    void announced_body_takes_memory_as_it_arrives() throws Exception {
        server = listen(60_000, 16, 5_250);
        for (int i = 0; i < 5; i++) {
            RawPeer silent = peer();
            write(silent, head("Content-Length: 10000\r\n"));
        }
        RawPeer slow = peer();
        write(slow, head("Content-Length: 10000\r\n") + "{");
        awaitHeld(2_048);
        slow.write(" ".repeat(1_024).getBytes(ISO_8859_1));
        awaitHeld(4_096);
        assertThat(status(post("/notes", JSON, "{\"content\":\"a\"}"))).isEqualTo(200);
    }

    @Test
    void largest_body_of_the_payer_who_has_most_gives_way_with_503() throws Exception {
        server = listen(60_000, 16, 5_250);
        RawPeer large = peer();
        write(large, head("Content-Length: 2600\r\n") + " ".repeat(2_599));
        assertThat(Await.until(() -> server.held() > 5_000)).isTrue();
        RawPeer mine = peer();
        write(mine, post("/guarded", JSON, " ".repeat(200) + "{\"content\":\"a\"}"));
        complete(Result.done(() -> Optional.of("user ann")));
        assertThat(mine.request("").status()).isEqualTo(200);
        Reply reply = large.request("");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(large.isCutOff()).isTrue();
        awaitHeld(0);
    }

    @Test
    void guard_decides_before_the_body_is_read() throws Exception {
        RawPeer refused = peer();
        write(refused, post("/guarded", JSON, "{}"));
        assertThat(Await.until(() -> guarded.size() == 1)).isTrue();
        assertThat(server.held()).as("the body waits for the guard").isZero();
        complete(Result.refused(new Refused(HttpRefusal.UNAUTHORIZED)));
        Reply reply = refused.request("");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(refused.isCutOff()).as("with its body unread").isTrue();

        RawPeer peer = peer();
        write(peer, post("/guarded", JSON, "{\"content\":\"a\"}"));
        complete(Result.done(Optional::empty));
        assertThat(peer.request("").status()).isEqualTo(200);
        assertThat(server.held()).isZero();
    }

    @Test
    void failed_guard_admits_no_request() throws Exception {
        RawPeer peer = peer();
        write(peer, post("/guarded", JSON, "{\"content\":\"a\"}"));
        Promise<Result<Caller, Refused>> check = asked();
        vertx.runOnContext(any -> check.fail("no answer"));
        assertThat(peer.request("").status()).isEqualTo(503);
        assertThat(handled).isEmpty();
    }

    @Test
    void guard_that_throws_admits_no_request_and_holds_no_memory() throws Exception {
        Reply reply = peer().request(post("/guarded", JSON + "X-Bug: 1\r\n", "{\"content\":\"a\"}"));
        assertThat(reply.status()).isEqualTo(503);
        assertThat(server.held()).isZero();
        assertThat(handled).isEmpty();
    }

    @Test
    void body_with_another_transfer_coding_than_chunked_is_refused() throws Exception {
        Reply reply = peer().request(head("Transfer-Encoding: gzip, chunked\r\n") + "2\r\n{}\r\n0\r\n\r\n");
        assertThat(reply.status()).isEqualTo(415);
        assertThat(handled).isEmpty();
    }

    @Test
    void write_of_a_foreign_page_is_refused_before_its_body_is_looked_at() throws Exception {
        Reply reply =
                peer().request(post("/notes", "Content-Type: text/plain\r\nOrigin: https://evil.example\r\n", "a"));
        assertThat(reply.status()).isEqualTo(403);
    }

    @Test
    void bug_of_a_handler_is_answered_with_500() throws Exception {
        RawPeer peer = peer();
        Reply reply = peer.request(post("/notes", JSON, "{\"content\":\"bug\"}"));
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.body()).doesNotContain("swordfish");
        assertThat(server.held()).isZero();
    }

    private ContractServer listen(long bodyMs, int perAddress, long memoryBytes) throws Exception {
        return new ContractServer(
                vertx,
                ContractText.parse(
                        path(
                                "/notes",
                                operation("get", "getNotes"),
                                operation("post", "addNote", CORS, body("{\"$ref\":\"#/components/schemas/Note\"}")),
                                operation("delete", "deleteNotes", CORS)),
                        path(
                                "/guarded",
                                operation("post", "addGuarded", "\"security\":[{\"user\":[]}]", body(note())))),
                bodyMs,
                perAddress,
                memoryBytes,
                builder -> builder.bind("getNotes", request -> request.send(200, "text/plain", Buffer.buffer("all")))
                        .bind("deleteNotes", request -> request.send(204))
                        .guard("user", this::check)
                        .bind("addGuarded", this::add)
                        .bind("addNote", this::add));
    }

    private Future<Result<Caller, Refused>> check(HttpServerRequest request) {
        if (request.headers().contains("X-Bug")) {
            throw new IllegalStateException("a bug of the guard");
        }
        Promise<Result<Caller, Refused>> check = Promise.promise();
        guarded.add(check);
        return check.future();
    }

    private void complete(Result<Caller, Refused> outcome) {
        Promise<Result<Caller, Refused>> check = asked();
        vertx.runOnContext(any -> check.complete(outcome));
    }

    /** The question of the guard, once it is asked. */
    private Promise<Result<Caller, Refused>> asked() {
        assertThat(Await.until(() -> guarded.size() == 1)).isTrue();
        return guarded.remove(0);
    }

    private void add(ApiRequest request) {
        String content = request.body().text("content");
        if (content.equals("bug")) {
            throw new IllegalStateException("swordfish");
        }
        handled.add(content);
        String text = content + " " + request.body().numberIn("limit").orElse(0L);
        request.send(200, "text/plain; charset=utf-8", Buffer.buffer(text));
    }

    private void assertRefused(RawPeer peer, String request, int status, String reason) {
        Reply reply = peer.request(request);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(error(reply).getMap().keySet())
                .isEqualTo(Map.of("reason", 1, "message", 1, "requestId", 1).keySet());
        assertThat(error(reply).getString("reason")).isEqualTo(reason);
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        if (!request.startsWith("GET") || status == 400) {
            assertThat(peer.isCutOff()).as("the rest is not read").isTrue();
        }
    }

    private int status(String request) {
        return peer().request(request).status();
    }

    private void awaitHeld(long bytes) {
        assertThat(Await.until(() -> server.held() == bytes)).isTrue();
    }

    private void write(RawPeer to, String request) {
        to.write(request.getBytes(ISO_8859_1));
    }

    /** A client whose body of 1,000 bytes does not end. */
    private RawPeer slowly() {
        RawPeer peer = peer();
        write(peer, head("Content-Length: 1000\r\n") + "{");
        return peer;
    }

    private static JsonObject error(Reply reply) {
        return new JsonObject(reply.body()).getJsonObject("error");
    }

    private static String head(String headers) {
        return "POST /notes HTTP/1.1\r\nHost: x\r\n" + JSON + headers + "\r\n";
    }

    private static String post(String path, String headers, String text) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "Content-Length: " + text.length() + "\r\n\r\n"
                + text;
    }

    private static String chunked(String... chunks) {
        StringBuilder request = new StringBuilder(head("Transfer-Encoding: chunked\r\n"));
        for (String chunk : chunks) {
            request.append(Integer.toHexString(chunk.getBytes(UTF_8).length))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return request.append("0\r\n\r\n").toString();
    }

    private static String preflight(String path, String origin) {
        return "OPTIONS " + path + " HTTP/1.1\r\nHost: x\r\nOrigin: " + origin
                + "\r\nAccess-Control-Request-Method: POST\r\n\r\n";
    }

    private RawPeer peer() {
        RawPeer peer = server.peer();
        peers.add(peer);
        return peer;
    }
}
