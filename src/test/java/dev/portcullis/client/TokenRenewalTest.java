package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the client does by itself when its token ends, and with the CSRF token of its session. */
class TokenRenewalTest extends ClientFixture {
    @BeforeEach
    void refresh() {
        server.answer(
                "token_refresh",
                frame -> new JsonObject().put("type", "token_refreshed").put("expiresAt", 77));
    }

    @Test
    void token_that_ends_is_replaced_by_the_next_one_of_the_source() throws Exception {
        connect(source("t1", "t2"));
        ServerWebSocket socket = server.awaitSocket();
        next(ClientEvent.Joined.class);

        expire(socket);

        assertThat(next(ClientEvent.TokenExpiring.class).expiresAt()).isEqualTo(55);
        assertThat(server.awaitFrame("token_refresh").getString("token")).isEqualTo("t2");
        assertThat(next(ClientEvent.TokenRefreshed.class).expiresAt()).isEqualTo(77);
    }

    @Test
    void same_token_again_is_not_sent() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        PortcullisClient client = connect(() -> {
            asked.incrementAndGet();
            return Future.succeededFuture("t1");
        });
        ServerWebSocket socket = server.awaitSocket();
        next(ClientEvent.Joined.class);

        expire(socket);

        assertThat(Await.until(() -> asked.get() == 2)).isTrue();
        next(ClientEvent.TokenExpiring.class);
        await(client.send("lobby", "after"));
        assertThat(server.awaitFrame("chat").getString("content")).isEqualTo("after");
        assertThat(events.stream().filter(ClientEvent.TokenRefreshed.class::isInstance))
                .isEmpty();
    }

    /** The token that the server has taken last is the one that has ended. */
    @Test
    void refreshed_token_that_ends_is_not_used_to_reconnect() throws Exception {
        connect(source("t1", "t2", "t2"));
        ServerWebSocket socket = server.awaitSocket();
        next(ClientEvent.Joined.class);
        expire(socket);
        next(ClientEvent.TokenRefreshed.class);

        socket.close((short) 4007, "Token expired");

        assertThat(next(ClientEvent.Ended.class).disconnect().code()).isEqualTo(4007);
    }

    @Test
    void connection_that_ends_with_its_token_is_opened_again_with_another_one() throws Exception {
        connect(source("t1", "t2"));
        ServerWebSocket socket = server.awaitSocket();
        next(ClientEvent.Joined.class);
        assertThat(server.awaitHandshake()).endsWith("bearer.t1");

        socket.close((short) 4007, "Token expired");

        assertThat(server.awaitHandshake()).endsWith("bearer.t2");
        next(ClientEvent.Opened.class);
    }

    @Test
    void second_notice_within_ten_seconds_does_not_hurry_the_source() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        PortcullisClient client = connect(() -> Future.succeededFuture("t" + asked.incrementAndGet()));
        ServerWebSocket socket = server.awaitSocket();
        next(ClientEvent.Joined.class);
        expire(socket);
        next(ClientEvent.TokenRefreshed.class);

        expire(socket);

        next(ClientEvent.TokenExpiring.class);
        await(client.send("lobby", "after"));
        assertThat(asked).hasValue(2);
    }

    @Test
    void frames_carry_the_newest_csrf_token_of_the_session() throws Exception {
        server.welcomeWith(FakeServer.authSuccess().put("csrfToken", "c1"));
        PortcullisClient client = connect(source("t1"));
        assertThat(server.awaitFrame("join").getString("csrfToken")).isEqualTo("c1");
        next(ClientEvent.Joined.class);

        ServerWebSocket socket = server.awaitSocket();
        write(socket, "csrf_rotated", frame -> frame.put("csrfToken", "c2"));
        write(socket, "notification", frame -> frame.put("content", "the one before is read"));
        next(ClientEvent.Other.class);
        await(client.send("lobby", "hello"));

        assertThat(server.awaitFrame("chat").getString("csrfToken")).isEqualTo("c2");
    }

    @Test
    void frames_carry_no_csrf_token_where_the_session_has_none() throws Exception {
        connect(source("t1"));
        assertThat(server.awaitFrame("join").containsKey("csrfToken")).isFalse();
    }

    @Test
    void room_that_the_server_takes_away_is_reported_and_not_joined_again() throws Exception {
        PortcullisClient client = connect(source("t1", "t1"));
        ServerWebSocket socket = server.awaitSocket();
        next(ClientEvent.Joined.class);

        write(socket, "left", frame -> frame.put("roomId", "lobby"));
        assertThat(next(ClientEvent.Left.class).roomId()).isEqualTo("lobby");
        server.awaitFrame("join");
        socket.close((short) 1012);

        next(ClientEvent.Opened.class);
        await(client.join("other"));
        assertThat(server.awaitFrame("join").encode()).contains("other").doesNotContain("lobby");
    }

    private interface Fields {
        JsonObject added(JsonObject frame);
    }

    private static void write(ServerWebSocket socket, String type, Fields fields) {
        socket.writeTextMessage(fields.added(new JsonObject().put("type", type)).encode());
    }

    private static void expire(ServerWebSocket socket) {
        write(socket, "token_expiring", frame -> frame.put("expiresAt", 55));
    }

    /** These tokens, one for each time that it is asked; none after the last one. */
    private static Supplier<Future<String>> source(String... tokens) {
        Iterator<String> left = List.of(tokens).iterator();
        return () -> left.hasNext()
                ? Future.succeededFuture(left.next())
                : Future.failedFuture(new IllegalStateException("no more tokens"));
    }

    private PortcullisClient connect(Supplier<Future<String>> source) {
        return connect(ClientOptions.to(server.url(), source).withRooms("lobby").withBackoff(1, 5));
    }
}
