package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Problem;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A newcomer gets a token for a name, where the configuration is one for development. */
class DemoLoginTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.generous();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void token_opens_a_session_of_the_name() throws Exception {
        HttpResponse<String> answer = ask(node, "{\"name\": \"carol\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("http://localhost:8000");

        String token = new JsonObject(answer.body()).getString("token");
        try (JdkPeer carol = JdkPeer.withToken(node.ws(), token)) {
            JsonObject session = carol.next("auth_success");
            assertThat(session.getString("userId")).isEqualTo("carol");
            assertThat(session.getString("role")).isEqualTo("member");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\": \"system\"} | 409",
                "{\"name\": \"\"} | 400",
                "{\"name\": \"u:ann\"} | 400",
                "{\"name\": \"carol\", \"role\": \"admin\"} | 400",
                "{} | 400"
            })
    void name_that_no_user_may_have_gets_no_token(String body, int status) throws Exception {
        assertThat(ask(node, body).statusCode()).isEqualTo(status);
    }

    @Test
    void node_without_it_has_nothing_under_this_path() throws Exception {
        try (TestNode other = TestNode.generous("auth.demoLogin=false")) {
            assertThat(ask(other, "{\"name\": \"carol\"}").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void configuration_that_is_not_for_development_may_not_have_it() {
        List<Problem> problems = ConfigFile.load(
                        Configs.empty(), List.of("auth.demoLogin=true"), Map.of(), NodeConfigReader::read)
                .fold(valid -> List.of(), invalid -> invalid.problems());

        assertThat(problems).extracting(Problem::path).contains("auth.demoLogin");
    }

    private static HttpResponse<String> ask(TestNode node, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + "/api/demo/token"))
                        .headers("Content-Type", "application/json", "Origin", "http://localhost:8000")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
