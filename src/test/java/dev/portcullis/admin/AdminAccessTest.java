package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanTarget;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call the admin listener, and from where. */
class AdminAccessTest extends AdminVerticleFixture {
    @Test
    void api_key_grants_access_to_the_metrics() throws Exception {
        HttpResponse<String> response = metricsWith("Bearer " + KEY);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body().lines()).contains("portcullis_connections 1.0");
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer admin-token, 200",
        "bearer admin-token, 200",
        "Bearer member-token, 403",
        "Bearer moderator-token, 403",
        "Bearer unknown-token, 401",
        "Bearer 0123456789abcdee, 401",
        "Bearer 0123456789abcdef0, 401",
        "Bearer, 401",
        "Basic admin-token, 401",
        "admin-token, 401",
        "Bearer broken-token, 503"
    })
    void token_grants_access_to_the_metrics_only_with_role_admin(String authorization, int status) throws Exception {
        HttpResponse<String> response = metricsWith(authorization);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);
        if (status != 200) {
            assertThat(response.body()).doesNotContain("portcullis_").contains("\"requestId\":\"");
        }
    }

    @Test
    void address_that_tries_wrong_keys_is_told_to_wait_and_a_right_one_is_admitted() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(metricsWith("Bearer " + (i % 2 == 0 ? "guess-" + i : "unknown-token"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(get("/metrics").statusCode()).as("no key is no guess").isEqualTo(401);
        }
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> refused = metricsWith("Bearer guess");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("60");
            assertThat(refused.body()).contains("\"reason\":\"rate_limited\"");
            assertThat(metricsWith("Bearer " + KEY).statusCode()).isEqualTo(200);
            assertThat(metricsWith("Bearer admin-token").statusCode()).isEqualTo(200);
            assertThat(metricsWith("Bearer member-token").statusCode()).isEqualTo(403);
        }
        String guess = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer guess\r\n";
        assertThat(raw(guess)).contains(" 429 ");
        assertThat(rawFrom("127.0.0.2", guess)).as("another address").contains(" 401 ");
    }

    @Test
    void banned_admin_is_refused_and_the_key_is_not() throws Exception {
        banned.add(new Ban(new BanTarget.OfUser(new UserId("ann")), Origin.OPERATOR, "stolen", NOW + 1, NOW));
        assertThat(metricsWith("Bearer admin-token").statusCode()).isEqualTo(403);
        assertThat(metricsWith("Bearer admin-token").body()).contains("\"reason\":\"banned\"");
        assertThat(metricsWith("Bearer " + KEY).statusCode()).isEqualTo(200);
        HttpRequest.Builder lift = request("/admin/bans?userId=ann").DELETE();
        assertThat(send(lift.header("Authorization", "Bearer admin-token")).statusCode())
                .isEqualTo(403);
        assertThat(banned).hasSize(1);
    }

    @Test
    void ban_that_is_over_keeps_no_admin_out() throws Exception {
        banned.add(new Ban(new BanTarget.OfUser(new UserId("ann")), Origin.OPERATOR, "stolen", NOW, NOW - 1));
        assertThat(metricsWith("Bearer admin-token").statusCode()).isEqualTo(200);
    }

    @Test
    void without_the_bans_no_token_of_an_admin_is_admitted() throws Exception {
        unreadable = true;
        assertThat(metricsWith("Bearer admin-token").statusCode()).isEqualTo(503);
        assertThat(metricsWith("Bearer " + KEY).statusCode()).isEqualTo(200);
    }

    @Test
    void metrics_without_a_token_are_refused_with_401() throws Exception {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 403",
        "evil.example:9090, 403",
        "localhost.evil.example, 403",
        "127.0.0.1.evil.example, 403",
        "localhost@evil.example, 400",
        "localhost., 403",
        "localhost:x, 400",
        "localhost:99999, 400",
        "localhost:65535, 200",
        "[::2], 403",
        "localhost, 200",
        "LOCALHOST:9090, 200",
        "127.0.0.1:1, 200",
        "[::1]:9090, 200",
        "[::1], 200"
    })
    void host_that_is_not_configured_is_refused(String host, int status) throws Exception {
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: " + host + OPERATOR)).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void request_without_a_host_or_with_two_is_refused() throws Exception {
        assertThat(raw("GET /metrics HTTP/1.0" + OPERATOR)).contains(" 403 ");
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: localhost" + OPERATOR))
                .containsAnyOf(" 403 ", " 400 ");
    }

    @Test
    void absolute_target_of_another_authority_than_the_host_is_refused() throws Exception {
        assertThat(raw("GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost" + OPERATOR))
                .contains(" 400 ");
        assertThat(raw("GET http://localhost/metrics HTTP/1.1\r\nHost: localhost" + OPERATOR))
                .contains(" 200 ");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: localhost:65536\r\n"))
                .contains(" 400 ");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example, 403",
        "Origin, null, 403",
        "Origin, http://localhost:1, 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Sec-Fetch-Site, none, 200",
        "Sec-Fetch-Site, same-origin, 200"
    })
    void request_of_another_site_is_refused_despite_a_valid_key(String header, String value, int status)
            throws Exception {
        HttpResponse<String> response = send(
                request("/metrics").header("Authorization", "Bearer " + KEY).header(header, value));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void request_with_its_own_origin_is_accepted() throws Exception {
        HttpResponse<String> response = send(request("/health/live").header("Origin", "http://127.0.0.1:" + port));
        assertThat(response.statusCode()).isEqualTo(200);
    }
}
