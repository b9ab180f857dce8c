package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The logs contain no secret, no token and no content of messages (CWE-532). */
class SecretsIT {
    private static final String SAID = "what-was-said-between-two-people";

    @TempDir
    Path folder;

    private final List<String> unspeakable = new ArrayList<>(List.of(ForkedNode.SECRET, ForkedNode.API_KEY, SAID));

    @Test
    void log_of_many_refusals_contains_no_secret() throws Exception {
        JarProcess.ExitResult ended;
        try (ForkedNode node = ForkedNode.start(ForkedNode.configIn(folder))) {
            talk(node);
            knockInVain(node);
            askAsOperator(node);
            ended = node.stop();
        }
        String all = ended.out().stream().collect(Collectors.joining("\n")) + String.join("\n", ended.err());
        assertThat(all)
                .as("the refusals are logged")
                .contains(
                        "ws.connect",
                        "ws.auth.failure",
                        "ws.handshake.refused",
                        "ws.frame.invalid",
                        "ws.authz.denied",
                        "ws.ratelimit",
                        "ws.refused",
                        "admin.refused");
        assertThat(unspeakable).allSatisfy(secret -> assertThat(all).doesNotContain(secret));
    }

    private void talk(ForkedNode node) {
        try (ChatPeer ann = JdkPeer.admitted(node.ws(), remember(node.token("ann")))) {
            ann.next("auth_success");
            ann.join("lobby");
            ann.chat("lobby", SAID, "said");
            for (JsonObject wrong : List.of(
                    new JsonObject()
                            .put("type", "chat")
                            .put("roomId", "lobby")
                            .put("content", SAID)
                            .put("extra", SAID),
                    new JsonObject()
                            .put("type", "chat")
                            .put("roomId", "private")
                            .put("content", SAID),
                    new JsonObject().put("type", SAID),
                    new JsonObject()
                            .put("type", "chat")
                            .put("roomId", "lobby")
                            .put("content", SAID)
                            .put(SAID, 1),
                    new JsonObject().put("type", "system_broadcast").put("content", SAID),
                    new JsonObject()
                            .put("type", "edit_message")
                            .put("roomId", "lobby")
                            .put("messageId", "00000000-0000-7000-8000-000000000000")
                            .put("content", SAID))) {
                ann.send(wrong);
                ann.next("error");
            }
            JsonObject refresh = new JsonObject()
                    .put("type", "token_refresh")
                    .put("token", remember(node.token("ann")))
                    .put("id", "refresh");
            assertThat(ann.ask(refresh).getString("type")).isEqualTo("token_refreshed");
            ann.send("{\"type\":\"chat\",\"content\":\"" + SAID);
            ann.next("error");
            for (int i = 0; i < 80; i++) { // more than in a minute too, for a disk that takes ten or fewer in a second
                ann.send(new JsonObject()
                        .put("type", "chat")
                        .put("roomId", "lobby")
                        .put("content", SAID + i));
            }
            ann.next("rate_limited");
        }
    }

    private void knockInVain(ForkedNode node) {
        String expired = remember(node.token("ben", Role.MEMBER, Duration.ofMinutes(-1)));
        String forged = remember(node.token("ben") + "x");
        for (String bad : List.of(expired, forged)) {
            try (ChatPeer ben = JdkPeer.admitted(node.ws(), bad)) {
                assertThat(ben.ended()).isEqualTo(1008);
            }
        }
        try (ChatPeer cleo = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of())) {
            cleo.send(new JsonObject().put("type", "auth").put("token", forged));
            assertThat(cleo.ended()).isEqualTo(4003);
        }
        try (ChatPeer cleo = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of())) {
            cleo.send(
                    new JsonObject().put("type", "chat").put("roomId", "lobby").put("content", SAID));
            assertThat(cleo.ended()).isEqualTo(4002);
        }
        String token = remember(node.token("dan"));
        try (RawPeer foreign = RawPeer.to(node.port())) {
            assertThat(foreign.upgrade("Origin: https://evil.example", "Authorization: Bearer " + token)
                            .status())
                    .isEqualTo(403);
        }
        for (String path : List.of("/ws?token=" + token, "/nowhere?token=" + token, "/" + token)) {
            try (RawPeer browser = RawPeer.to(node.port())) {
                browser.request("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: t=" + token + "\r\n\r\n");
            }
        }
    }

    private void askAsOperator(ForkedNode node) throws Exception {
        String wrong = remember("a-wrong-key-that-is-nearly-right");
        assertThat(node.admin("/metrics", "Authorization", "Bearer " + wrong).statusCode())
                .isEqualTo(401);
        assertThat(node.admin("/metrics", "Authorization", "Bearer " + remember(node.token("ann")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(node.admin("/metrics", "Authorization", "Bearer " + ForkedNode.API_KEY)
                        .body())
                .contains("portcullis_")
                .doesNotContain(SAID);
    }

    private String remember(String secret) {
        unspeakable.add(secret);
        return secret;
    }
}
