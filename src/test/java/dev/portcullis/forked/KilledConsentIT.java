package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The node is killed while a user accepts invitations, and an owner leaves rooms that others go on with: what was answered holds,
 * what was not can be done again, and no room is without an owner (CWE-404).
 */
@Tag("faults")
class KilledConsentIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int ROOMS = 15;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> offered = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    @Test
    void embedded_store_keeps_each_answered_consent() throws Exception {
        survive();
    }

    @Test
    void redis_keeps_each_answered_consent() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            survive("store.kind=redis", "store.path=null", "store.redis.uri=" + redis.uri());
        }
    }

    private void survive(String... store) throws Exception {
        System.out.println("portcullis.seed=" + seed);
        Path config = ForkedNode.configIn(folder);
        List<String> sets = new ArrayList<>(List.of(store));
        sets.add("rooms.adding=direct");
        ForkedNode node = ForkedNode.generous(config, sets.toArray(String[]::new));
        try {
            prepare(node);
            killWhileUsersConsent(node);
            node.close();
            node = ForkedNode.generous(config, sets.toArray(String[]::new));
            judge(node);
        } finally {
            node.close();
        }
    }

    /** An owner is always invited; a member is added at once. */
    private void prepare(ForkedNode node) throws Exception {
        for (int number = 0; number < ROOMS; number++) {
            offered.add(create(node, "giver"));
            assertThat(member(node, "giver", offered.get(number), "taker", "owner"))
                    .isEqualTo(202);
            left.add(create(node, "leaver"));
            assertThat(member(node, "leaver", left.get(number), "heir", "member"))
                    .isEqualTo(204);
        }
    }

    private void killWhileUsersConsent(ForkedNode node) throws Exception {
        CountDownLatch answers = new CountDownLatch(1 + random.nextInt(2 * ROOMS - 6));
        Thread taker = new Thread(() -> doAll(offered, answers, room -> accept(node, room)));
        Thread leaver = new Thread(() -> doAll(left, answers, room -> leave(node, room)));
        taker.start();
        leaver.start();
        assertThat(answers.await(120, TimeUnit.SECONDS)).as("enough answers").isTrue();
        node.kill();
        for (Thread each : List.of(taker, leaver)) {
            each.join(TimeUnit.SECONDS.toMillis(60));
            assertThat(each.isAlive()).isFalse();
        }
    }

    private interface Act {
        int on(String room) throws IOException, InterruptedException;
    }

    private void doAll(List<String> rooms, CountDownLatch answers, Act act) {
        try {
            for (String room : rooms) {
                int status = act.on(room);
                if (status != 204) {
                    throw new AssertionError("answered " + status);
                }
                answered.add(room);
                answers.countDown();
            }
        } catch (IOException killed) {
            // what comes behind was not asked for
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void judge(ForkedNode node) throws Exception {
        Set<String> open = invitations(node);
        for (String room : offered) {
            if (answered.contains(room)) {
                assertThat(role(node, "taker", room))
                        .as("accepted, seed %d", seed)
                        .isEqualTo("owner");
                assertThat(open).doesNotContain(room);
            } else {
                assertThat(accept(node, room)).as("not answered, seed %d", seed).isEqualTo(204);
                assertThat(role(node, "taker", room)).isEqualTo("owner");
            }
            assertThat(role(node, "giver", room)).as("the other owner").isEqualTo("owner");
        }
        assertThat(invitations(node)).isEmpty();
        for (String room : left) {
            if (!answered.contains(room)) {
                assertThat(leave(node, room)).as("not answered, seed %d", seed).isEqualTo(204);
            }
            assertThat(role(node, "heir", room)).as("goes on, seed %d", seed).isEqualTo("owner");
            assertThat(call(node, "GET", "/" + room, "leaver", new JsonObject()).statusCode())
                    .isEqualTo(404);
        }
    }

    private static String create(ForkedNode node, String owner) throws Exception {
        JsonObject form = new JsonObject().put("name", "Friends").put("visibility", "private");
        HttpResponse<String> created = call(node, "POST", "", owner, form);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return new JsonObject(created.body()).getJsonObject("room").getString("roomId");
    }

    private static int member(ForkedNode node, String by, String room, String user, String role) throws Exception {
        JsonObject body = new JsonObject().put("role", role);
        return call(node, "PUT", "/" + room + "/members/" + user, by, body).statusCode();
    }

    private static int accept(ForkedNode node, String room) throws IOException, InterruptedException {
        return call(node, "POST", "/" + room + "/invitation", "taker", new JsonObject())
                .statusCode();
    }

    private static int leave(ForkedNode node, String room) throws IOException, InterruptedException {
        return call(node, "DELETE", "/" + room + "/members/leaver", "leaver", new JsonObject())
                .statusCode();
    }

    private static String role(ForkedNode node, String user, String room) throws Exception {
        HttpResponse<String> answer = call(node, "GET", "/" + room, user, new JsonObject());
        assertThat(answer.statusCode()).as("%s in %s", user, room).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("room").getString("role");
    }

    private static Set<String> invitations(ForkedNode node) throws Exception {
        JsonObject answer = new JsonObject(
                call(node, "GET", "/invitations", "taker", new JsonObject()).body());
        return answer.getJsonArray("invitations").stream()
                .map(each -> ((JsonObject) each).getString("roomId"))
                .collect(Collectors.toSet());
    }

    private static HttpResponse<String> call(ForkedNode node, String method, String path, String user, JsonObject body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.port() + "/api/rooms" + path))
                .timeout(Duration.ofSeconds(60))
                .headers("Authorization", "Bearer " + node.token(user), "Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
