package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node whose rooms the application opens ({@code rooms.authorizer.http}): its answer decides where nothing else does. */
@ExtendWith(VertxExtension.class)
class RoomAuthorizerIT extends RoomCalls {
    private static final String ALLOW = "{\"action\":\"allow\"}";
    private static final String REFUSE = "{\"action\":\"refuse\"}";

    private final Vertx vertx;
    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private volatile Consumer<HttpServerRequest> application = answering(REFUSE);

    RoomAuthorizerIT(Vertx shared) {
        vertx = shared;
    }

    @Override
    TestServer open() {
        int port;
        try {
            port = vertx.createHttpServer()
                    .requestHandler(request -> request.body().onSuccess(body -> {
                        asked.add(new JsonObject(body));
                        application.accept(request);
                    }))
                    .listen(0, "127.0.0.1")
                    .await(30, TimeUnit.SECONDS)
                    .actualPort();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
        return TestNode.generous(
                "rooms.authorizer.http.url=http://127.0.0.1:" + port + "/may",
                "rooms.authorizer.http.deadlineMs=900",
                "breaker.openMs=60000",
                "breaker.longestMs=60000");
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((TestNode) site).token(user, role, Duration.ofMinutes(10));
    }

    @BeforeEach
    void forget() {
        asked.clear();
    }

    @Test
    void application_opens_and_closes_a_room_over_both_ways() {
        String room = of("app-");
        application = request -> answering(
                        asked.stream().anyMatch(each -> of("ann").equals(each.getString("userId"))) ? ALLOW : REFUSE)
                .accept(request);
        comeTo(room);
        assertThat(asked.stream().distinct()) // one that is not answered in time is asked again
                .containsExactly(
                        new JsonObject()
                                .put("userId", of("ben"))
                                .put("role", "member")
                                .put("roomId", room),
                        new JsonObject()
                                .put("userId", of("ann"))
                                .put("role", "member")
                                .put("roomId", room));
        asked.clear();
        comeTo(room);
        assertThat(asked).as("the answers are remembered").isEmpty();
    }

    /** ben stays out and ann comes in. */
    private void comeTo(String room) {
        try (ChatPeer ben = enter("ben")) {
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");
            assertThat(call("GET", "ben", "/" + room).status()).isEqualTo(404);
        }
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            assertThat(ann.say(room, "in", "1").getString("type")).isEqualTo("ack");
            assertThat(call("GET", "ann", "/" + room).status()).isEqualTo(200);
        }
    }

    /** It takes few questions of one user at a time. */
    @Test
    void application_is_asked_about_the_rooms_of_a_frame_one_after_the_other() {
        List<String> rooms =
                IntStream.range(0, 10).mapToObj(i -> of("many-" + i)).toList();
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        application = request -> {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            vertx.runOnContext(any -> {
                open.decrementAndGet();
                answering(ALLOW).accept(request);
            });
        };
        try (ChatPeer ann = enter("ann")) {
            JsonArray all = new JsonArray();
            rooms.forEach(room -> all.add(new JsonObject().put("roomId", room)));
            ann.send(new JsonObject().put("type", "join").put("rooms", all));
            for (String room : rooms) {
                assertThat(ann.next("joined").getString("roomId")).isEqualTo(room);
            }
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void removal_holds_over_what_the_application_allows() {
        String room = of("app-");
        application = answering(ALLOW);
        try (ChatPeer mod = enter("mod", Role.MODERATOR);
                ChatPeer ben = enter("ben")) {
            ben.join(room);
            JsonObject removal = new JsonObject()
                    .put("type", "remove_user")
                    .put("roomId", room)
                    .put("userId", of("ben"))
                    .put("id", "r");
            assertThat(mod.ask(removal).getString("type")).isEqualTo("ack");
            ben.next("member_removed");
            assertThat(refusalOfJoin(ben, room)).isEqualTo("not_member");
            assertThat(call("GET", "ben", "/" + room).status()).isEqualTo(404);
        }
    }

    @Test
    void rooms_of_the_store_and_of_the_configuration_do_not_ask() {
        String room = create("ann", "private");
        try (ChatPeer ann = enter("ann")) {
            ann.join(room);
            ann.join("lobby");
            ann.say(room, "mine", "1");
            ann.say("lobby", "ours", "2");
        }
        assertThat(asked).isEmpty();
    }

    /** A node of its own, since its breaker opens. */
    @Test
    void application_that_hangs_lets_no_one_in_and_is_soon_left_alone() {
        try (TestServer own = open();
                ChatPeer ann = own.enter(of("ann"))) {
            application = request -> {};
            assertThat(firstAnswer(ann)).isEqualTo("unavailable");
            assertThat(Await.until(() -> {
                        int before = asked.size();
                        assertThat(firstAnswer(ann)).isEqualTo("unavailable");
                        return asked.size() == before;
                    }))
                    .as("the breaker opens")
                    .isTrue();
            ann.join("lobby");
            assertThat(ann.say("lobby", "all else goes on", "1").getString("type"))
                    .isEqualTo("ack");
        }
    }

    private String firstAnswer(ChatPeer peer) {
        peer.send(new JsonObject().put("type", "join").put("roomId", of("app-")).put("id", "j"));
        return peer.next(frame -> "j".equals(frame.getString("id")), "answer").getString("reason");
    }

    private static Consumer<HttpServerRequest> answering(String body) {
        return request -> request.response().end(body);
    }
}
