package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code GET /admin/stats} says of a node with clients, and the pages that show it. */
class StatisticsIT {
    private static final String KEY = "a key for operators";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href|from)[ =]\"(\\.?/[^\"]+)\"");

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start("admin.apiKey=" + KEY);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void figures_follow_the_clients() {
        JsonObject before = figures("");
        assertThat(before.getString("state")).isEqualTo("serving");
        assertThat(before.getJsonObject("store").getString("kind")).isEqualTo("embedded");
        assertThat(before.getJsonArray("nodes")
                        .getJsonObject(0)
                        .getJsonObject("stages")
                        .getInteger("edge"))
                .isEqualTo(1);
        try (ChatPeer ann = node.enter("ann");
                ChatPeer ben = node.enter("ben")) {
            ann.join("lobby");
            ben.join("lobby");
            ann.say("lobby", "hello", "1");
            ben.next("chat");
            for (int i = 0; i < 30; i++) {
                ben.send(new JsonObject()
                        .put("type", "history")
                        .put("roomId", "lobby")
                        .put("id", "h" + i));
            }
            ben.next("rate_limited");
            await(now -> now.getJsonObject("rates").getDouble("frames") > 0
                    && now.getJsonObject("rates").getDouble("messages") > 0
                    && now.getJsonObject("rates").getDouble("deliveries") > 0
                    && now.getJsonObject("rates").getDouble("receivedBytes") > 0
                    && now.getJsonObject("rates").getDouble("refusals") > 0); // first, since they are of ten seconds
            await(now -> now.getJsonObject("connections").getInteger("open") == 2
                    && now.getInteger("sessions") == 2
                    && now.getInteger("rooms") == 1);
            assertThat(figures("").getJsonArray("refusals"))
                    .anyMatch(each -> is(each, "kind", "frame") && is(each, "reason", "rate_limited"));
            assertThat(figures("").getJsonArray("limits"))
                    .anyMatch(each -> is(each, "scope", "user") && is(each, "window", "burst"));
            await(now -> !now.getJsonObject("history").getJsonArray("times").isEmpty());
            JsonArray times = figures("").getJsonObject("history").getJsonArray("times");
            assertThat(figures("?after=" + times.getLong(0))
                            .getJsonObject("history")
                            .getJsonArray("times"))
                    .doesNotContain(times.getLong(0));
        }
        await(now -> now.getJsonObject("connections").getInteger("open") == 0);
    }

    @Test
    void answer_has_the_form_of_the_contract() throws Exception {
        JsonObject contract;
        try (InputStream in = StatisticsIT.class.getResourceAsStream("/dev/portcullis/http/openapi.json")) {
            contract = new JsonObject(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
        JsonObject schema =
                contract.getJsonObject("components").getJsonObject("schemas").getJsonObject("NodeStatistics");
        JsonObject figures = figures("?cluster=true");
        OutputUnit result = Validator.create(
                        JsonSchema.of(schema),
                        new JsonSchemaOptions()
                                .setBaseUri("https://portcullis.dev/")
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic))
                .validate(figures);
        assertThat(result.getValid()).as(() -> String.valueOf(result.toJson())).isTrue();
        assertThat(schema.getJsonObject("properties").fieldNames())
                .containsExactlyInAnyOrderElementsOf(figures.fieldNames());
    }

    @Test
    void figures_need_an_operator() throws Exception {
        assertThat(HTTP.send(HttpRequest.newBuilder(node.admin("/admin/stats")).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
        assertThat(get("/admin/stats?after=x", "Authorization", "Bearer " + KEY).statusCode())
                .isEqualTo(400);
    }

    /** Each file that a page or one of its modules names is there. */
    @Test
    void pages_have_all_their_files() throws Exception {
        String page = get("/", "Sec-Fetch-Site", "none").body();
        assertThat(follow(page)).isGreaterThan(15);
    }

    @ParameterizedTest
    @CsvSource({"none,200", "same-origin,200", "same-site,403", "cross-site,403"})
    void page_opens_from_the_address_bar_and_not_from_another_site(String site, int status) throws Exception {
        HttpResponse<String> page = get("/", "Sec-Fetch-Site", site);
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'")
                .contains("frame-ancestors 'none'");
        assertThat(page.headers()
                        .firstValue("Content-Security-Policy")
                        .orElse("")
                        .contains("trusted-types 'none'"))
                .isEqualTo(status == 200);
    }

    private static int follow(String text) throws Exception {
        Set<String> seen = new TreeSet<>();
        Deque<String> texts = new ArrayDeque<>(List.of(text));
        while (!texts.isEmpty()) {
            Matcher named = REFERENCE.matcher(texts.pop());
            while (named.find()) {
                String path = named.group(1).startsWith(".")
                        ? "/dashboard" + named.group(1).substring(1)
                        : named.group(1);
                if (seen.add(path)) {
                    HttpResponse<String> file = get(path, "Sec-Fetch-Site", "same-origin");
                    assertThat(file.statusCode()).as(path).isEqualTo(200);
                    texts.push(file.body());
                }
            }
        }
        return seen.size();
    }

    private static boolean is(Object row, String field, String value) {
        return value.equals(((JsonObject) row).getString(field));
    }

    private static void await(Predicate<JsonObject> condition) {
        assertThat(Await.until(() -> condition.test(figures(""))))
                .as(() -> figures("").encodePrettily())
                .isTrue();
    }

    private static JsonObject figures(String query) {
        try {
            HttpResponse<String> answer = get("/admin/stats" + query, "Authorization", "Bearer " + KEY);
            assertThat(answer.statusCode()).isEqualTo(200);
            return new JsonObject(answer.body());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(node.admin(path))
                        .timeout(Duration.ofSeconds(30))
                        .headers(headers)
                        .build(),
                BodyHandlers.ofString());
    }
}
