package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.journey.FrameTable.Standing;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FrameAsker;
import dev.portcullis.kit.FrameSample;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.PublishedSchemas;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every frame type against {@link FrameTable}: who may, its limit, how it is counted, its schema, and what it leaves. */
abstract class FrameTableContract extends FrameTableAcrossNodes {
    @Test
    void every_frame_type_has_a_row() {
        assertThat(FrameTable.rows().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(FrameType.values()).map(FrameType::id).toList());
    }

    @Test
    void frame_over_its_limit_is_refused_by_the_limit_of_its_row() {
        Map<String, Integer> limits = Map.of("action", 3, "user", 6, "connection", 9);
        String[] low = {
            EVENTS,
            "ratelimit.user.minute=" + limits.get("user"),
            "ratelimit.connection.minute=" + limits.get("connection"),
            "ratelimit.actions=" + actions(limits.get("action"))
        };
        try (TestServer limited = site(low)) {
            for (FrameType type : FrameType.values()) {
                String token = token(limited, "one-" + type.id(), Role.MEMBER);
                try (ChatPeer peer = JdkPeer.admitted(limited.ws(), token)) {
                    peer.next("auth_success");
                    JsonObject frame = new FrameSample(
                                    "lobby", "ben", "ben", UUID.randomUUID().toString(), token)
                            .of(type);
                    for (int i = 0; i <= limits.get("connection"); i++) {
                        peer.send(frame.copy().put("id", String.valueOf(i)));
                    }
                    JsonObject over = peer.next("rate_limited");
                    String limit = FrameTable.row(type).limit();
                    assertThat(over.getString("scope")).as(type.id()).isEqualTo(limit);
                    assertThat(Integer.parseInt(over.getString("id")))
                            .as("frames of %s that pass", type.id())
                            .isEqualTo(limits.get(limit));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void frame_that_does_not_fit_its_schema_is_refused(FrameType type) {
        World world = new World();
        FrameAsker asker = new FrameAsker(world.enter(Standing.JOINED));
        JsonObject valid = world.sample(Standing.JOINED, world.message).of(type);
        assertInvalid(asker, type, valid.copy().put("isAdmin", true), "/isAdmin");
        for (String required : PublishedSchemas.names(PublishedSchemas.of(type), "required")) {
            if (!required.equals("type")) {
                JsonObject less = valid.copy();
                less.remove(required);
                assertInvalid(asker, type, less, "");
            }
        }
    }

    private static void assertInvalid(FrameAsker asker, FrameType type, JsonObject frame, String path) {
        JsonObject answer = asker.ask(type, frame);
        assertThat(FrameAsker.outcome(answer)).as(frame.encode()).isEqualTo("validation_failed");
        assertThat(answer.getJsonArray("details"))
                .as(frame.encode())
                .extracting(each -> ((JsonObject) each).getString("path"))
                .anyMatch(each -> each.startsWith(path));
    }
}
