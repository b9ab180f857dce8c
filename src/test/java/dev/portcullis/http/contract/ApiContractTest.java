package dev.portcullis.http.contract;

import static dev.portcullis.http.contract.ContractText.body;
import static dev.portcullis.http.contract.ContractText.note;
import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.parameter;
import static dev.portcullis.http.contract.ContractText.parameters;
import static dev.portcullis.http.contract.ContractText.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.contract.Operation.Method;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiContractTest {
    private static final String ID = "{\"type\":\"string\",\"pattern\":\"^[a-z]{1,8}$\"}";

    @Test
    void published_contract_names_every_call_of_each_listener() {
        assertThat(ApiContract.published().operations(Listener.PUBLIC))
                .extracting(each -> each.method() + " " + each.path() + " " + each.id())
                .containsExactlyInAnyOrder(
                        "GET /ws openWebSocket",
                        "GET /openapi.json getApi",
                        "GET /asyncapi.json getAsyncApi",
                        "GET /events.json getEvents",
                        "GET /schemas/{file} getSchema",
                        "GET /schemas/server/{file} getServerSchema",
                        "GET /schemas/answers/{file} getAnswerSchema",
                        "GET /sdk/{file} getSdk",
                        "POST /api/demo/token logInForDemo",
                        "POST /api/auth/register register",
                        "POST /api/auth/login logIn",
                        "POST /api/auth/refresh refresh",
                        "POST /api/auth/logout logOut",
                        "POST /api/auth/verify verifyEmail",
                        "POST /api/auth/verify/resend resendVerification",
                        "POST /api/auth/reset askReset",
                        "POST /api/auth/reset/confirm confirmReset",
                        "POST /api/auth/password changePassword",
                        "GET /api/auth/me getMe",
                        "DELETE /api/auth/me deleteMe",
                        "GET /api/auth/logins listLogins",
                        "DELETE /api/auth/logins/{loginId} endLogin",
                        "GET /api/auth/totp getFactor",
                        "POST /api/auth/totp beginFactor",
                        "DELETE /api/auth/totp removeFactor",
                        "POST /api/auth/totp/confirm confirmFactor",
                        "GET /api/search searchMessages",
                        "GET /api/rooms listRooms",
                        "POST /api/rooms createRoom",
                        "GET /api/rooms/{roomId} getRoom",
                        "PATCH /api/rooms/{roomId} updateRoom",
                        "DELETE /api/rooms/{roomId} deleteRoom",
                        "PUT /api/rooms/{roomId}/members/{userId} putMember",
                        "DELETE /api/rooms/{roomId}/members/{userId} deleteMember",
                        "GET /api/rooms/invitations listInvitations",
                        "POST /api/rooms/{roomId}/invitation acceptInvitation",
                        "DELETE /api/rooms/{roomId}/invitation declineInvitation",
                        "PUT /api/rooms/{roomId}/mutes/{userId} putMute",
                        "DELETE /api/rooms/{roomId}/mutes/{userId} deleteMute",
                        "GET /api/blocks/{userId} getBlock",
                        "PUT /api/blocks/{userId} putBlock",
                        "DELETE /api/blocks/{userId} deleteBlock",
                        "PUT /api/uploads/{ticket} uploadFile",
                        "GET /api/files/{fileId} downloadFile");
        assertThat(ApiContract.published().operations(Listener.ADMIN))
                .extracting(each -> each.path() + " " + each.guard().orElse("open"))
                .contains("/health/live open", "/health/ready open", "/metrics operator", "/admin/bans operator")
                .allMatch(each -> each.startsWith("/health/") || each.endsWith(" operator"));
    }

    @Test
    void operation_is_read_with_all_its_parts() {
        Operation read = ContractText.parse(path(
                        "/rooms/{room}/notes",
                        operation(
                                "post",
                                "addNote",
                                "\"summary\":\"Adds a note\"",
                                "\"security\":[{\"user\":[]}]",
                                "\"x-portcullis-headers\":[\"cors\",\"credentials\",\"no-store\"]",
                                parameters(
                                        parameter("room", "path", true, ID),
                                        parameter("draft", "query", false, "{\"type\":\"boolean\"}"),
                                        parameter("X-Token", "header", true, ID)),
                                body(note())
                                        .replace(
                                                "\"content\":{\"app",
                                                "\"x-portcullis-max-bytes\":100,\"content\":{\"app"))))
                .operation("addNote");

        assertThat(read.method()).isEqualTo(Method.POST);
        assertThat(read.path()).hasToString("/rooms/{room}/notes");
        assertThat(read.guard()).contains("user");
        assertThat(read.headers()).containsExactlyInAnyOrder(Operation.HeaderClass.values());
        assertThat(read.body()).map(Operation.Body::maxBytes).contains(100);
        assertThat(read.parameters())
                .extracting(each -> each.in() + " " + each.name() + " " + each.required())
                .containsExactly("PATH room true", "QUERY draft false", "HEADER X-Token true");
        assertThat(read.unchecked()).isEqualTo(Set.of());
    }

    @Test
    void security_that_may_be_absent_needs_no_guard() {
        assertThat(ContractText.parse(path("/a", operation("get", "getA", "\"security\":[{},{\"user\":[]}]")))
                        .operation("getA")
                        .guard())
                .isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @MethodSource
    void construct_that_the_router_does_not_implement_is_refused_with_its_location(String where, String path) {
        assertThatThrownBy(() -> ContractText.parse(path))
                .isInstanceOf(UnsupportedContractException.class)
                .hasMessageStartingWith("the router can't use test.json#/" + where + ":");
    }

    static Stream<Arguments> construct_that_the_router_does_not_implement_is_refused_with_its_location() {
        String a = "paths/~1a";
        String get = a + "/get";
        String post = a + "/post";
        return Stream.of(
                Arguments.of(a, path("/a", operation("trace", "traceA"))),
                Arguments.of(a, path("/a", "\"parameters\":[]")),
                Arguments.of(a, path("/a", operation("get", "getA"), operation("head", "headA"))),
                Arguments.of("paths/~1a~1", path("/a/", operation("get", "getA"))),
                Arguments.of("paths/~1{a}.json", path("/{a}.json", operation("get", "getA"))),
                Arguments.of("paths/~1a~1..", path("/a/..", operation("get", "getA"))),
                Arguments.of("paths/~1a%20b", path("/a%20b", operation("get", "getA"))),
                Arguments.of("paths/a", path("a", operation("get", "getA"))),
                Arguments.of(get, path("/a", operation("get", "get-a"))),
                Arguments.of(get, path("/a", operation("get", "getA", "\"deprecated\":true"))),
                Arguments.of(get, path("/a", operation("get", "getA", "\"callbacks\":{}"))),
                Arguments.of(get, path("/a", operation("get", "getA", "\"x-portcullis-other\":1"))),
                Arguments.of(
                        get + "/x-portcullis-listener",
                        path("/a", "\"get\":{\"operationId\":\"getA\",\"x-portcullis-listener\":\"other\"}")),
                Arguments.of(get, path("/a", "\"get\":{\"operationId\":\"getA\",\"security\":[]}")),
                Arguments.of(
                        get,
                        path(
                                "/a",
                                "\"get\":{\"operationId\":\"getA\",\"x-portcullis-listener\":\"public\","
                                        + "\"responses\":{\"200\":{\"description\":\"Done.\"}}}")),
                Arguments.of(
                        get,
                        path(
                                "/a",
                                "\"get\":{\"operationId\":\"getA\",\"x-portcullis-listener\":\"public\","
                                        + "\"security\":[],\"responses\":{}}")),
                Arguments.of(get, path("/a", operation("get", "getA", "\"security\":[{\"user\":[],\"operator\":[]}]"))),
                Arguments.of(
                        get, path("/a", operation("get", "getA", "\"security\":[{\"user\":[]},{\"operator\":[]}]"))),
                Arguments.of(get, path("/a", operation("get", "getA", "\"security\":[{\"other\":[]}]"))),
                Arguments.of(get, path("/a", operation("get", "getA", body(note())))),
                Arguments.of(
                        get,
                        path(
                                "/a",
                                operation(
                                        "get",
                                        "getA",
                                        "\"x-portcullis-unchecked\":[\"query\"]",
                                        parameters(parameter("q", "query", false, ID))))),
                Arguments.of(
                        post,
                        path("/a", operation("post", "addA", "\"x-portcullis-unchecked\":[\"body\"]", body(note())))),
                Arguments.of(
                        get + "/x-portcullis-headers",
                        path("/a", operation("get", "getA", "\"x-portcullis-headers\":[\"cache\"]"))),
                Arguments.of(get, path("/a", operation("get", "getA", parameters(parameter("b", "path", true, ID))))),
                Arguments.of("paths/~1a~1{b}/get", path("/a/{b}", operation("get", "getA"))),
                Arguments.of(
                        "paths/~1a~1{b}/get/parameters/0",
                        path("/a/{b}", operation("get", "getA", parameters(parameter("b", "path", false, ID))))),
                Arguments.of(
                        get,
                        path(
                                "/a",
                                operation(
                                        "get",
                                        "getA",
                                        parameters(
                                                parameter("q", "query", false, ID),
                                                parameter("q", "query", true, ID))))),
                Arguments.of(
                        get + "/parameters/0/in",
                        path("/a", operation("get", "getA", parameters(parameter("q", "cookie", false, ID))))),
                Arguments.of(
                        get + "/parameters/0",
                        path(
                                "/a",
                                operation("get", "getA", parameters(parameter("Authorization", "header", false, ID))))),
                Arguments.of(
                        get + "/parameters/0",
                        path(
                                "/a",
                                operation(
                                        "get",
                                        "getA",
                                        parameters(parameter("q", "query", false, ID)
                                                .replace("\"in\"", "\"explode\":false,\"in\""))))),
                Arguments.of(
                        get + "/parameters/0/schema/pattern",
                        path(
                                "/a",
                                operation(
                                        "get",
                                        "getA",
                                        parameters(parameter("q", "query", false, "{\"pattern\":null}"))))),
                Arguments.of(post, path("/a", operation("post", "addA", "\"x-portcullis-headers\":[\"credentials\"]"))),
                Arguments.of(
                        post,
                        path(
                                "/a",
                                operation(
                                        "post",
                                        "addA",
                                        body(note())
                                                .replace(
                                                        "\"content\":{\"app",
                                                        "\"x-portcullis-max-bytes\":10241,\"content\":{\"app")))),
                Arguments.of(
                        post + "/requestBody",
                        path(
                                "/a",
                                operation(
                                        "post",
                                        "addA",
                                        body(note())
                                                .replace(
                                                        "\"content\":{\"app",
                                                        "\"x-portcullis-max-bytes\":1048577,\"content\":{\"app")))),
                Arguments.of(
                        post + "/requestBody/content",
                        path("/a", operation("post", "addA", body(note()).replace("application/json", "text/plain")))),
                Arguments.of(
                        post + "/requestBody/content/application~1json/schema",
                        path("/a", operation("post", "addA", body("{\"$ref\":\"#/components/schemas/Other\"}")))),
                Arguments.of(
                        "paths/~1{x}~1b",
                        path("/a/{y}", operation("get", "getA", parameters(parameter("y", "path", true, ID))))
                                + ","
                                + path(
                                        "/{x}/b",
                                        operation("get", "getB", parameters(parameter("x", "path", true, ID))))));
    }

    @Test
    void two_operations_with_one_id_are_refused() {
        assertThatThrownBy(() ->
                        ContractText.parse(path("/a", operation("get", "getA")), path("/b", operation("get", "getA"))))
                .hasMessageContaining("test.json#/paths/~1b/get");
    }

    /** An ignored keyword would let values pass that the schema refuses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'string','nullable':true} | /nullable",
                "{'type':'string','maxLenght':3} | /maxLenght",
                "{'type':'string','$dynamicRef':'#note'} | /$dynamicRef",
                "{'type':'string','anyOf':[{'x-portcullis-each':true}]} | /anyOf/0/x-portcullis-each",
                "{'type':'string','not':1} | /not",
                "{'type':'string','pattern':'('} | ''",
                "{'type':'string','format':'tea'} | ''",
                "{'type':'string','$ref':'#/components/schemas/Other'} | ''",
                "{'type':'string','allOf':[{'uniqueItems':true}]} | /allOf/0",
            })
    void keyword_that_is_not_judged_is_refused_with_its_location(String written, String at) {
        String schema = written.replace('\'', '"');
        String body = "{\"type\":\"object\",\"properties\":{\"a\":" + schema + "}}";
        assertThatThrownBy(() -> ContractText.parse(path("/a", operation("post", "addA", body(body)))))
                .isInstanceOf(UnsupportedContractException.class)
                .hasMessageContaining("test.json#/paths/~1a/post/requestBody/content/application~1json/schema"
                        + (at.isEmpty() ? ":" : "/properties/a" + at + ":"));
        assertThatThrownBy(() -> ContractText.parse(
                        path("/a", operation("get", "getA", parameters(parameter("q", "query", false, schema))))))
                .isInstanceOf(UnsupportedContractException.class)
                .hasMessageContaining("test.json#/paths/~1a/get/parameters/0/schema" + at + ":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"object", "array", "number", "null"})
    void parameter_that_is_no_text_integer_or_boolean_is_refused(String type) {
        assertThatThrownBy(() -> ContractText.parse(path(
                        "/a",
                        operation(
                                "get",
                                "getA",
                                parameters(parameter("q", "query", false, "{\"type\":\"" + type + "\"}"))))))
                .isInstanceOf(UnsupportedContractException.class)
                .hasMessageContaining("test.json#/paths/~1a/get/parameters/0/schema:");
    }

    @Test
    void body_that_is_no_object_is_refused() {
        assertThatThrownBy(
                        () -> ContractText.parse(path("/a", operation("post", "addA", body("{\"type\":\"array\"}")))))
                .isInstanceOf(UnsupportedContractException.class)
                .hasMessageContaining("application~1json/schema:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{} {}",
                "/* comment */ {}",
                "{\"openapi\":\"3.1.0\",\"openapi\":\"3.1.0\"}",
                "{\"openapi\":\"3.0.3\"}",
                "{\"openapi\":\"3.1.0\",\"info\":{},\"components\":{},\"webhooks\":{}}",
                "{\"openapi\":\"3.1.0\",\"info\":{},\"components\":{\"callbacks\":{}}}"
            })
    void file_that_is_no_strict_openapi_3_1_is_refused(String text) {
        assertThatThrownBy(() -> ApiContract.parse("test.json", text))
                .isInstanceOf(UnsupportedContractException.class)
                .hasMessageContaining("test.json");
    }
}
