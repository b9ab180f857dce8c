package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How operators ban, list bans and lift them. */
class AdminBanCallsTest extends AdminVerticleFixture {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'userId':'bob','seconds':60,'reason':'spam <b>\\n twice'}|{'userId':'bob','origin':'operator','reason':'spam &lt;b&gt;  twice','until':1700000060000,'decidedAt':1700000000000}|user:bob",
                "{'userId':'bob','seconds':60,'reason':' \\u3164\\u200b'}|{'userId':'bob','origin':'operator','reason':'operator','until':1700000060000,'decidedAt':1700000000000}|user:bob",
                "{'ip':'203.0.113.0/24','seconds':1}|{'ip':'203.0.113.0/24','origin':'operator','reason':'operator','until':1700000001000,'decidedAt':1700000000000}|ip:203.0.113.0/24",
                "{'ip':'::ffff:203.0.113.7','seconds':1}|{'ip':'203.0.113.7','origin':'operator','reason':'operator','until':1700000001000,'decidedAt':1700000000000}|ip:203.0.113.7",
            })
    void ban_of_an_operator_is_in_force_recorded_and_told(String body, String told, String resource) throws Exception {
        HttpResponse<String> response = addBan(body);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("{\"ban\":" + told.replace('\'', '"') + "}");
        assertThat(banned)
                .singleElement()
                .satisfies(ban -> assertThat(ban.target().key()).isEqualTo(resource));
        assertThat(events.all())
                .singleElement()
                .satisfies(fields -> assertThat(fields)
                        .containsEntry("event", "admin.banned")
                        .containsEntry("resource", resource)
                        .containsEntry("detail", "ann"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'seconds':60}|''|oneOf",
                "{'ip':'203.0.113.7','userId':'bob','seconds':60}|''|oneOf",
                "{'userId':'bob'}|/seconds|required",
                "{'userId':'bob','seconds':0}|/seconds|minimum",
                "{'ip':'203.0.113.7/24','seconds':60}|/ip|format",
                "{'ip':'203.0.113','seconds':60}|/ip|format",
                "{'ip':'127.0.0.1','seconds':60}|/ip|not",
                "{'ip':'0.0.0.0/1','seconds':60}|/ip|not",
                "{'ip':'::/0','seconds':60}|/ip|not"
            })
    void malformed_ban_is_refused_with_the_path_of_its_mistake(String body, String path, String rule) throws Exception {
        HttpResponse<String> response = addBan(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("{\"path\":\"" + path.replace("''", "") + "\",\"rule\":\"" + rule + "\"}");
        assertThat(banned).isEmpty();
    }

    @Test
    void ban_that_may_not_be_stored_is_answered_with_503_and_one_too_many_with_409() throws Exception {
        full = true;
        assertThat(addBan("{'userId':'bob','seconds':60}").statusCode()).isEqualTo(409);

        full = false;
        revocationAnswer = Future.failedFuture("the store is away");
        assertThat(addBan("{'userId':'bob','seconds':60}").statusCode()).isEqualTo(503);
        assertThat(events.all()).extracting(each -> each.get("event")).containsOnly("admin.refused");
    }

    @Test
    void bans_of_the_store_and_the_configuration_are_listed() throws Exception {
        addBan("{'userId':'bob','seconds':60,'reason':'spam'}");

        HttpResponse<String> response = operator("/admin/bans");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("""
                {"bans":[{"userId":"bob","origin":"operator","reason":"spam","until":1700000060000,\
                "decidedAt":1700000000000},{"userId":"eve","origin":"configuration","reason":"configuration"}]}""");
    }

    @Test
    void ban_is_lifted_once_and_one_of_the_configuration_not_at_all() throws Exception {
        addBan("{'userId':'bob','seconds':60}");

        assertThat(liftBan("userId=bob").statusCode()).isEqualTo(204);
        assertThat(liftBan("userId=bob").statusCode()).isEqualTo(404);
        assertThat(liftBan("userId=eve").statusCode()).isEqualTo(409);
        assertThat(liftBan("userId=bob&ip=203.0.113.7").statusCode()).isEqualTo(400);
        assertThat(liftBan("ip=203.0.113").statusCode()).isEqualTo(400);
        assertThat(operator("DELETE", "/admin/bans").statusCode()).isEqualTo(400);
        assertThat(events.all())
                .filteredOn(each -> "admin.ban.lifted".equals(each.get("event")))
                .singleElement()
                .satisfies(fields ->
                        assertThat(fields).containsEntry("userId", "bob").containsEntry("detail", "api_key"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/admin/bans; {'userId':'bob'}; 204",
                "/admin/bans?userId=bob; {'userId':'bob'}; 204",
                "/admin/bans?userId=bob; {}; 204",
                "/admin/bans; {'ip':'203.0.113.0/24'}; 204",
                "/admin/bans?ip=203.0.113.0%2F24; {'ip':'203.0.113.0/24'}; 204",
                "/admin/bans?userId=bob; {'userId':'eve'}; 400",
                "/admin/bans?userId=bob; {'ip':'203.0.113.0/24'}; 400",
                "/admin/bans; {'userId':'bob','ip':'203.0.113.0/24'}; 400",
                "/admin/bans; {'ip':'203.0.113'}; 400",
                "/admin/bans; {}; 400",
                "/admin/bans; {'userId':'bob','seconds':60}; 400"
            })
    void ban_to_lift_is_named_in_the_query_or_the_body(String path, String body, int status) throws Exception {
        addBan("{'userId':'bob','seconds':60}");
        addBan("{'ip':'203.0.113.0/24','seconds':60}");

        HttpResponse<String> response = operator("DELETE", path, body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(banned).hasSize(status == 204 ? 1 : 2);
    }

    @Test
    void operators_ban_beside_one_of_the_configuration_is_lifted_and_the_other_is_named() throws Exception {
        addBan("{'userId':'eve','seconds':60}");

        assertThat(liftBan("userId=eve").statusCode()).isEqualTo(204);
        HttpResponse<String> response = liftBan("userId=eve");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("\"details\":[{\"path\":\"/userId\",\"rule\":\"configuration\"}]");
    }

    private HttpResponse<String> addBan(String body) throws IOException, InterruptedException {
        return send(request("/admin/bans")
                .header("Authorization", "Bearer admin-token")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private HttpResponse<String> liftBan(String query) throws Exception {
        return operator("DELETE", "/admin/bans?" + query);
    }
}
