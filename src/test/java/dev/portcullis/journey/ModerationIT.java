package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.audit.Audit;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Moderators by token, in a room that the configuration names. */
class ModerationIT extends RoomCalls {
    private static final String LOBBY = "lobby";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @Override
    TestServer open() {
        return TestNode.generous();
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((TestNode) site).token(user, role, Duration.ofMinutes(10));
    }

    @BeforeEach
    void tap() {
        log.start();
        ((Logger) LoggerFactory.getLogger(Audit.class)).addAppender(log);
    }

    @AfterEach
    void untap() {
        ((Logger) LoggerFactory.getLogger(Audit.class)).detachAppender(log);
    }

    @Test
    void removed_user_is_back_once_a_moderator_adds_them() {
        try (ChatPeer mod = enter("mod", Role.MODERATOR);
                ChatPeer ben = enter("ben")) {
            ben.join(LOBBY);
            assertThat(mod.ask(removal("ben")).getString("type")).isEqualTo("ack");
            ben.next("member_removed");
            put("ben", LOBBY, "ben", "member", 404);
            assertThat(refusalOfJoin(ben, LOBBY)).isEqualTo("not_member");
            assertThat(callAs(Role.MODERATOR, "PUT", "mod", member(LOBBY, "ben"), role("member"))
                            .status())
                    .isEqualTo(204);
            ben.join(LOBBY);
            assertThat(ben.say(LOBBY, "back", "1").getString("type")).isEqualTo("ack");
        }
    }

    @Test
    void removal_is_in_the_audit_log_whichever_way_it_is_asked_for() {
        try (ChatPeer mod = enter("mod", Role.MODERATOR)) {
            assertThat(mod.ask(removal("ben")).getString("type")).isEqualTo("ack");
        }
        assertThat(callAs(Role.MODERATOR, "DELETE", "mod", member(LOBBY, "cleo"))
                        .status())
                .isEqualTo(204);
        for (String target : List.of("ben", "cleo")) {
            assertThat(Await.until(() -> List.copyOf(log.list).stream()
                            .map(line -> String.valueOf(line.getKeyValuePairs()))
                            .anyMatch(line -> line.contains("room.changed")
                                    && line.contains(LOBBY + "/" + of(target))
                                    && line.contains("removed")
                                    && line.contains(of("mod")))))
                    .as(target)
                    .isTrue();
        }
    }

    private JsonObject removal(String user) {
        return new JsonObject()
                .put("type", "remove_user")
                .put("roomId", LOBBY)
                .put("userId", of(user))
                .put("id", "r");
    }
}
