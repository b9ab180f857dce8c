package dev.portcullis.http.routing;

import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.parameter;
import static dev.portcullis.http.contract.ContractText.parameters;
import static dev.portcullis.http.contract.ContractText.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ContractText;
import dev.portcullis.http.contract.Operation.Listener;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class RouterTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile boolean waited;
    private int port;

    @BeforeEach
    void listen(Vertx vertx) throws Exception {
        ClientAddress proxies =
                new ClientAddress(List.of(AddressRange.parse("127.0.0.1").orElseThrow()));
        HttpResponses responses = new HttpResponses(proxies);
        String unchecked = "\"x-portcullis-unchecked\":[\"query\",\"body\"]";
        Router router = new RouterBuilder(
                        ContractText.parse(
                                path("/hello", operation("get", "getHello", unchecked)),
                                path("/gone", operation("delete", "deleteGone", unchecked)),
                                path(
                                        "/under/{rest}",
                                        operation(
                                                "get",
                                                "getUnder",
                                                unchecked,
                                                parameters(parameter(
                                                        "rest",
                                                        "path",
                                                        true,
                                                        "{\"type\":\"string\",\"pattern\":\"^[a-z]+$\"}"))))),
                        Listener.PUBLIC,
                        responses,
                        (request, why) -> "r1")
                .refusingWritesIf(readAt -> waited)
                .bind("deleteGone", request -> request.send(200, "text/plain", Buffer.buffer("bye")))
                .bind("getHello", request -> request.send(200, "text/plain", Buffer.buffer("hi")))
                .bind("getUnder", request -> {
                    if (request.text("rest").equals("there")) {
                        request.send(200, "text/plain", Buffer.buffer(request.text("rest")));
                    } else {
                        request.refuse(HttpRefusal.NOT_FOUND);
                    }
                })
                .pages(StaticFiles.builder()
                        .add("/", "text/html; charset=utf-8", "<!DOCTYPE html>")
                        .add("/page.css", "text/css; charset=utf-8", "a{}")
                        .build())
                .build();
        port = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    @Test
    void route_answers_with_the_security_headers() throws Exception {
        HttpResponse<String> response = get("/hello");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hi");
        assertProtected(response);
        assertThat(response.headers().firstValue("Strict-Transport-Security")).isEmpty();
    }

    @Test
    void write_that_may_have_waited_is_refused_and_a_read_is_not() throws Exception {
        assertThat(send(request("/gone").DELETE()).statusCode()).isEqualTo(200);
        waited = true;
        assertThat(send(request("/gone").DELETE()).statusCode()).isEqualTo(503);
        assertThat(get("/hello").statusCode()).isEqualTo(200);
    }

    @Test
    void response_over_tls_has_hsts() throws Exception {
        HttpResponse<String> response = send(request("/hello").header("X-Forwarded-Proto", "https"));
        assertThat(response.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
    }

    @Test
    void segment_of_the_path_is_passed_on() throws Exception {
        assertThat(get("/under/there?x=1").body()).isEqualTo("there");
    }

    @Test
    void page_may_load_what_its_own_origin_serves_and_nothing_else() throws Exception {
        HttpResponse<String> page = get("/?from=elsewhere");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("<!DOCTYPE html>");
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .startsWith("default-src 'none'; script-src 'self';")
                .contains("base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "*", "http");
        assertProtected(get("/page.css"));
    }

    @Test
    void page_keeps_its_window_to_itself_and_gives_up_what_it_never_asks_for() throws Exception {
        HttpResponse<String> page = get("/");
        assertProtected(page);
        assertThat(page.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
        assertThat(page.headers().firstValue("Permissions-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("camera=()", "microphone=()"));
    }

    /** The browser takes the policy of the last answer for its copy: after a reload the page would load nothing. */
    @Test
    void page_that_the_browser_has_keeps_its_policy() throws Exception {
        HttpResponse<String> page = get("/");
        HttpResponse<String> again = send(request("/")
                .header("If-None-Match", page.headers().firstValue("ETag").orElseThrow()));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.headers().allValues("Content-Security-Policy"))
                .isEqualTo(page.headers().allValues("Content-Security-Policy"));
    }

    /** RFC 9110 section 9.3.2. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/page.css", "/hello", "/under/there", "/under/nothing", "/unknown"})
    void head_has_the_status_and_headers_of_get_and_no_body(String path) throws Exception {
        HttpResponse<String> get = get(path);
        HttpResponse<String> head = send(request(path).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(get.statusCode());
        assertThat(head.headers().map()).isEqualTo(get.headers().map()).containsKey("content-length");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void page_has_no_other_methods_than_get_and_head() throws Exception {
        HttpResponse<String> post = send(request("/").POST(HttpRequest.BodyPublishers.ofString("x")));
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/hello/",
                "/Hello",
                "//hello",
                "/%68ello",
                "/under/x",
                "/under",
                "/under/../hello",
                "/.%2e/hello"
            })
    void unknown_path_is_answered_with_404(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"reason\":\"not_found\",\"message\":\"There is nothing here.\","
                        + "\"requestId\":\"r1\"}}");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertProtected(response);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "INVENTED"})
    void other_method_is_answered_with_405_and_the_allowed_one(String method) throws Exception {
        HttpResponse<String> response =
                send(request("/hello").method(method, BodyPublishers.ofString("x".repeat(100))));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(response.body()).contains("\"reason\":\"method_not_allowed\"");
        assertProtected(response);
    }

    private static void assertProtected(HttpResponse<?> response) {
        assertThat(response.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(response.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy"))
                .contains("same-origin");
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
