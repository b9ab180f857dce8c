package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How operators find sessions and end them. */
class AdminSessionCallsTest extends AdminVerticleFixture {
    static Stream<Arguments> revocation_of_an_operator_is_carried_out() {
        UserId ann = new UserId("ann");
        return Stream.of(
                Arguments.of("{'jti':'t1'}", new Revocation.OfToken("t1", Optional.empty()), "jti:t1"),
                Arguments.of("{'jti':'t1','userId':'ann'}", new Revocation.OfToken("t1", Optional.of(ann)), "jti:t1"),
                Arguments.of("{'sid':'s1'}", new Revocation.OfFamily("s1", Optional.empty()), "sid:s1"),
                Arguments.of("{'sid':'s1','userId':'ann'}", new Revocation.OfFamily("s1", Optional.of(ann)), "sid:s1"),
                Arguments.of("{'userId':'ann'}", new Revocation.OfUser(ann, NOW), "before:" + NOW),
                Arguments.of("{'userId':'ann','before':5}", new Revocation.OfUser(ann, 5), "before:5"),
                Arguments.of("{'sessionId':'abc'}", new Revocation.OfSession("abc"), null));
    }

    @ParameterizedTest
    @MethodSource
    void revocation_of_an_operator_is_carried_out(String body, Revocation expected, @Nullable String resource)
            throws Exception {
        HttpResponse<String> response = revoke(body, "admin-token");

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(revoked).containsExactly(expected);
        assertThat(events.all()).singleElement().satisfies(fields -> {
            assertThat(fields).containsEntry("event", "admin.revoked").containsEntry("detail", "ann");
            assertThat(fields.get("resource")).isEqualTo(resource);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{}|''|oneOf",
                "{'before':5}|''|oneOf",
                "{'jti':'a','sid':'b'}|''|oneOf",
                "{'jti':'a','sessionId':'b'}|''|oneOf",
                "{'sessionId':'a','userId':'b'}|/userId|not",
                "{'jti':'a','before':5}|/before|not",
                "{'jti':'a','userId':'b','before':5}|/before|not",
                "{'userId':'a','before':1700000060001}|/before|maximum",
                "{'userId':'a','before':-1}|/before|minimum",
                "{'userId':'a b'}|/userId|pattern",
                "{'jti':''}|/jti|minLength",
                "{'jti':'a','iss':'b'}|/iss|additionalProperties"
            })
    void malformed_revocation_is_refused_with_the_path_of_its_mistake(String body, String path, String rule)
            throws Exception {
        HttpResponse<String> response = revoke(body, KEY);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("\"reason\":\"validation_failed\"")
                .contains("{\"path\":\"" + path.replace("''", "") + "\",\"rule\":\"" + rule + "\"}");
        assertThat(revoked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"member-token, 403", "unknown-token, 401", "broken-token, 503"})
    void revocation_by_another_than_an_operator_is_refused(String token, int status) throws Exception {
        assertThat(revoke("{'jti':'a'}", token).statusCode()).isEqualTo(status);
        assertThat(revoked).isEmpty();
    }

    @Test
    void revocation_that_may_not_be_stored_is_answered_with_503() throws Exception {
        revocationAnswer = Future.failedFuture("the store is away");

        assertThat(revoke("{'jti':'a'}", KEY).statusCode()).isEqualTo(503);
        assertThat(events.all()).extracting(each -> each.get("event")).containsExactly("admin.refused");
    }

    @Test
    void session_is_ended_by_its_id() throws Exception {

        assertThat(operator("DELETE", "/admin/sessions/abc").statusCode()).isEqualTo(204);
        assertThat(revoked).containsExactly(new Revocation.OfSession("abc"));
        assertOneEvent(Map.of("event", "admin.revoked", "sessionId", "abc"));
        revocationAnswer = Future.succeededFuture(false);
        assertThat(operator("DELETE", "/admin/sessions/abc").statusCode()).isEqualTo(404);
    }

    @Test
    void sessions_of_a_user_are_listed_with_their_metadata() throws Exception {
        HttpResponse<String> response = operator("/admin/sessions?userId=ann");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.body())
                .isEqualTo(
                        "{\"sessions\":[{\"sessionId\":\"abc\",\"userId\":\"ann\",\"role\":\"member\",\"node\":\"n1\","
                                + "\"ip\":\"192.0.2.1\",\"userAgent\":\"test\",\"createdAt\":3,\"expiresAt\":4,"
                                + "\"lastActivityAt\":" + (NOW - 5) + "}]}");
        assertThat(operator("/admin/sessions").statusCode()).isEqualTo(400);
        assertThat(get("/admin/sessions?userId=ann").statusCode()).isEqualTo(401);
    }
}
