package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int port;

    @BeforeEach
    void listen() throws Exception {
        ClientAddress proxies =
                new ClientAddress(List.of(AddressRange.parse("127.0.0.1").orElseThrow()));
        HttpResponses responses = new HttpResponses(new TransportSecurity(proxies));
        Router router = new Router(responses, (request, why) -> "r1");
        router.get("/hello", request -> responses.send(request, 200, "text/plain", Buffer.buffer("hi")))
                .getUnder("/under/", (request, rest) -> {
                    if (rest.equals("there")) {
                        responses.send(request, 200, "text/plain", Buffer.buffer(rest));
                    } else {
                        router.notFound(request);
                    }
                });
        port = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void a_route_answers_with_the_security_headers() throws Exception {
        HttpResponse<String> answer = get("/hello");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hi");
        assertProtected(answer);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
    }

    @Test
    void under_tls_the_browser_is_told_to_stay_there() throws Exception {
        HttpResponse<String> answer = send(request("/hello").header("X-Forwarded-Proto", "https"));
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
    }

    @Test
    void a_prefix_hands_on_the_rest() throws Exception {
        assertThat(get("/under/there?x=1").body()).isEqualTo("there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/hello/",
                "/Hello",
                "//hello",
                "/%68ello",
                "/under/x",
                "/under",
                "/under/../hello",
                "/.%2e/hello"
            })
    void anything_else_is_not_here(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .isEqualTo("{\"error\":{\"reason\":\"not_found\",\"message\":\"There is nothing here.\","
                        + "\"requestId\":\"r1\"}}");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertProtected(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "INVENTED"})
    void another_method_is_told_which_one_is_allowed(String method) throws Exception {
        HttpResponse<String> answer = send(request("/hello").method(method, BodyPublishers.ofString("x".repeat(100))));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET");
        assertThat(answer.body()).contains("\"reason\":\"method_not_allowed\"");
        assertProtected(answer);
    }

    private static void assertProtected(HttpResponse<?> answer) {
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
