package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** A history that is read while a message is edited. */
class LatestHistoryTest extends ClientFixture {
    private static final JsonObject EDIT = new JsonObject()
            .put("type", "message_edited")
            .put("roomId", "lobby")
            .put("epoch", FakeServer.EPOCH)
            .put("seq", 2)
            .put("messageId", "m-1")
            .put("content", "new")
            .put("timestamp", 5);

    private volatile boolean resumed;

    @Override
    boolean answersItself(ServerWebSocket socket, JsonObject frame) {
        if (frame.getString("type").equals("history")) {
            send(socket, resumed ? joinedWithEdit() : EDIT);
        }
        return false;
    }

    private static JsonObject joinedWithEdit() {
        return new JsonObject()
                .put("type", "joined")
                .put("roomId", "lobby")
                .put("epoch", FakeServer.EPOCH)
                .put("seq", 2)
                .put("recovered", true)
                .put("messages", new JsonArray().add(EDIT))
                .put("more", false);
    }

    @Test
    void history_shows_an_edit_that_came_while_it_was_read() throws Exception {
        assertThat(contentOf(history())).isEqualTo("new");
        assertThat(next(ClientEvent.Entry.class).type()).isEqualTo("message_edited");
    }

    @Test
    void history_shows_an_edit_that_a_resume_brought_while_it_was_read() throws Exception {
        resumed = true;

        assertThat(contentOf(history())).isEqualTo("new");
    }

    @Test
    void history_behind_a_position_has_the_entries_as_they_were_published() throws Exception {
        assertThat(contentOf(history().put("after", 0))).isEqualTo("old");
    }

    private static JsonObject history() {
        return new JsonObject().put("type", "history").put("roomId", "lobby").put("limit", 5);
    }

    private String contentOf(JsonObject history) throws Exception {
        server.append("lobby", "old");
        PortcullisClient client = connect(options());
        next(ClientEvent.Joined.class);
        return await(client.ask(history))
                .getJsonArray("messages")
                .getJsonObject(0)
                .getString("content");
    }
}
