package dev.portcullis.edge.api.asyncapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.events.EventType;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.events.EventTypes;
import dev.portcullis.protocol.RoomRole;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EventMessagesTest {
    private static final Map<String, Object> SCHEMA =
            Map.of("$ref", "#/$defs/v", "$defs", Map.of("v", Map.of("type", "integer")));

    private final JsonObject document = new JsonObject(AsyncApi.with(
                    EventTypes.of(List.of(type("poll.vote", Source.CLIENTS), type("poll.end", Source.SERVER))))
            .json());

    @Test
    void event_of_clients_is_a_message_in_both_directions_and_one_of_the_server_in_one() {
        JsonObject messages = document.getJsonObject("components").getJsonObject("messages");
        JsonObject operations = document.getJsonObject("operations");

        assertThat(messages.fieldNames())
                .contains("event.poll.vote.FromClient", "event.poll.vote.FromServer", "event.poll.end.FromServer")
                .doesNotContain("event.poll.end.FromClient");
        assertThat(operations.fieldNames()).contains("receive.poll.vote", "send.poll.vote", "send.poll.end");
        assertThat(operations.getJsonObject("receive.poll.vote").getInteger("x-perMinute"))
                .isEqualTo(60);
        assertThat(document.getJsonObject("channels")
                        .getJsonObject("ws")
                        .getJsonObject("messages")
                        .fieldNames())
                .isEqualTo(messages.fieldNames());
    }

    @Test
    void references_of_a_schema_lead_to_its_part_of_the_document() {
        JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");

        assertThat(schemas.getJsonObject("event.poll.vote").getString("$ref"))
                .isEqualTo("#/components/schemas/event.poll.vote/$defs/v");
        assertThat(schemas.getJsonObject("event.poll.vote.FromClient")
                        .getJsonObject("properties")
                        .getJsonObject("data")
                        .getString("$ref"))
                .isEqualTo("#/components/schemas/event.poll.vote");
    }

    @Test
    void document_without_events_is_that_of_the_build() {
        assertThat(AsyncApi.with(EventTypes.NONE)).isSameAs(AsyncApi.published());
    }

    private static EventType type(String id, Source from) {
        return new EventType(
                id, SCHEMA, true, EnumSet.allOf(Destination.class), RoomRole.MEMBER, from, OptionalInt.of(60));
    }
}
