package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanTarget;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes while an {@code auth} frame is in work. */
class AuthFrameTest {
    private static GatedNode node;

    private RawPeer peer;

    @BeforeAll
    static void start() throws Exception {
        node = new GatedNode();
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @BeforeEach
    void connect() {
        peer = RawPeer.to(node.port());
        assertThat(peer.upgrade().status()).isEqualTo(101);
    }

    @AfterEach
    void disconnect() {
        peer.close();
    }

    @Test
    void second_auth_that_comes_meanwhile_is_a_conflict_after_the_answer_to_the_first() throws Exception {
        node.holdSessionsOf("ann");
        auth("ann", "first");
        auth("bob", "second");
        assertThat(Await.until(() -> node.registered("ann"))).isTrue();
        node.lanes.release();

        JsonObject greeting = peer.next("auth_success");
        assertThat(greeting.getString("id")).isEqualTo("first");
        assertThat(greeting.getString("userId")).isEqualTo("ann");
        JsonObject refused = peer.next("error");
        assertThat(refused.getString("id")).isEqualTo("second");
        assertThat(refused.getString("reason")).isEqualTo("conflict");
        assertThat(node.registered("bob")).isFalse();
    }

    @Test
    void auth_behind_a_refused_one_opens_nothing() {
        peer.text(frame(node.token("dan") + "x", "first"));
        auth("dan", "second");

        Ending end = peer.ending();
        assertThat(end.code()).isEqualTo(4003);
        assertThat(end.words())
                .singleElement()
                .satisfies(word -> assertThat(word.getString("type")).isEqualTo("auth_failure"));
        assertThat(node.registered("dan")).isFalse();
    }

    @Test
    void user_who_is_banned_meanwhile_is_not_greeted_and_has_no_session() throws Exception {
        node.holdSessionsOf("eve");
        auth("eve", "first");
        auth("eve", "second");
        assertThat(Await.until(() -> node.registered("eve"))).isTrue();
        node.ban(new Ban(
                new BanTarget.OfUser(new UserId("eve")),
                Ban.Origin.OPERATOR,
                "test",
                Ban.FOREVER,
                System.currentTimeMillis()));
        node.lanes.release();

        Ending end = peer.ending();
        assertThat(end.words()).isEmpty();
        assertThat(end.code()).isEqualTo(1008);
        assertThat(end.reason()).isEqualTo("Banned");
        assertThat(Await.until(() -> !node.registered("eve"))).isTrue();
    }

    @Test
    void client_that_leaves_meanwhile_leaves_no_session() throws Exception {
        node.holdSessionsOf("fay");
        auth("fay", "first");
        assertThat(Await.until(() -> node.registered("fay"))).isTrue();
        peer.close();
        node.lanes.release();

        assertThat(Await.until(() -> !node.registered("fay"))).isTrue();
    }

    private void auth(String user, String id) {
        peer.text(frame(node.token(user), id));
    }

    private static String frame(String token, String id) {
        return new JsonObject()
                .put("type", "auth")
                .put("token", token)
                .put("id", id)
                .encode();
    }
}
