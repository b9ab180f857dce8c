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
import dev.portcullis.http.TransportSecurity;
import dev.portcullis.http.contract.ContractText;
import dev.portcullis.http.contract.Operation.Listener;
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
        String unchecked = "\"x-portcullis-unchecked\":[\"query\",\"body\"]";
        Router router = new RouterBuilder(
                        ContractText.parse(
                                path("/hello", operation("get", "getHello", unchecked)),
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
                .bind("getHello", request -> request.send(200, "text/plain", Buffer.buffer("hi")))
                .bind("getUnder", request -> {
                    if (request.text("rest").equals("there")) {
                        request.send(200, "text/plain", Buffer.buffer(request.text("rest")));
                    } else {
                        request.refuse(HttpRefusal.NOT_FOUND);
                    }
                })
                .build();
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
    void route_answers_with_the_security_headers() throws Exception {
        HttpResponse<String> response = get("/hello");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hi");
        assertProtected(response);
        assertThat(response.headers().firstValue("Strict-Transport-Security")).isEmpty();
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
        assertThat(response.headers().firstValue("Allow")).contains("GET");
        assertThat(response.body()).contains("\"reason\":\"method_not_allowed\"");
        assertProtected(response);
    }

    private static void assertProtected(HttpResponse<?> response) {
        assertThat(response.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(response.headers().firstValue("X-Frame-Options")).contains("DENY");
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
