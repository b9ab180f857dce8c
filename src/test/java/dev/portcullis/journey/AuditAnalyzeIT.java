package dev.portcullis.journey;

import static dev.portcullis.kit.ProxiedClient.PASSWORD;
import static dev.portcullis.kit.ProxiedClient.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.ProxiedClient;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit files of a node that was attacked, and of one that was not, as {@code audit analyze} reads them. */
class AuditAnalyzeIT {
    private static final String STUFFER = "192.0.2.1";
    private static final String PROBER = "192.0.2.5";
    private static final String FLOODER = "192.0.2.6";
    private static final String FORGER = "192.0.2.7";
    private static final String USER = "192.0.2.100";
    private static final int REQUESTS = 200;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void stuffing_takeover_flood_and_probing_are_each_found_by_their_source() throws Exception {
        try (TestNode node = node()) {
            assertThat(at(node, USER).register("zoe").status()).isEqualTo(201);
            for (int i = 0; i < 25; i++) {
                assertThat(at(node, STUFFER).logIn("victim" + i, WRONG).status())
                        .isEqualTo(401);
            }
            assertThat(at(node, STUFFER).logIn("zoe", PASSWORD).status()).isEqualTo(200);
            get(node, PROBER, 30);
            get(node, FLOODER, 2 * REQUESTS);
            for (int i = 0; i < 12; i++) {
                assertThat(at(node, FORGER)
                                .handshake("bearer." + at(node, FORGER).forged(i)))
                        .isEqualTo(401);
            }
        }

        assertThat(analyze("--verbose")).isEqualTo(3);
        assertThat(out.toString().lines())
                .anyMatch(line -> line.startsWith("[FAILURE] login_after_stuffing by " + STUFFER + ": 1 "))
                .anyMatch(line -> line.startsWith("[WARNING] credential_stuffing by " + STUFFER + ": "))
                .anyMatch(line -> line.startsWith("[WARNING] path_probing by " + PROBER + ": 30 "))
                .anyMatch(line -> line.startsWith("[WARNING] connection_flood by " + FLOODER + ": "))
                .anyMatch(line -> line.startsWith("[WARNING] forged_tokens by " + FORGER + ": "))
                .anyMatch(line -> line.startsWith("[SUCCESS] operator_probing: "))
                .noneMatch(line -> line.contains(" by " + USER))
                .noneMatch(line -> line.contains("connection_flood by " + PROBER));
        assertThat(out.toString()).containsPattern("refusals \\|[▁▂▃▄▅▆▇█ ]*█").doesNotContain(PASSWORD, WRONG);

        Path page = folder.resolve("attacks.html");
        assertThat(analyze("--json", "--html", page.toString())).isEqualTo(3);
        JsonObject report = new JsonObject(out.toString());
        assertThat(report.getString("grade")).isEqualTo("failure");
        assertThat(report.getJsonArray("findings").stream()
                        .map(JsonObject.class::cast)
                        .filter(each -> STUFFER.equals(each.getString("source")))
                        .map(each -> each.getString("pattern")))
                .containsExactly("login_after_stuffing", "credential_stuffing");
        assertThat(Files.readString(page))
                .contains("<svg", "credential_stuffing by <code>" + STUFFER, "default-src 'none'")
                .doesNotContain("<script", "http://", "https://");
    }

    @Test
    void log_of_users_who_do_what_users_do_has_no_finding() throws Exception {
        try (TestNode node = node()) {
            assertThat(at(node, USER).register("zoe").status()).isEqualTo(201);
            assertThat(at(node, USER).logIn("zoe", WRONG).status()).isEqualTo(401);
            assertThat(at(node, USER).logIn("zoe", PASSWORD).status()).isEqualTo(200);
            get(node, USER, 2);
            for (int i = 0; i < 3; i++) {
                try (ChatPeer ann = node.enter("ann")) {
                    ann.join("lobby");
                    ann.say("lobby", "hello", "m" + i);
                    ann.send(new JsonObject().put("type", "join").put("roomId", "private"));
                    ann.next("error");
                }
            }
        }

        assertThat(analyze()).isZero();
        assertThat(out.toString())
                .contains("[INFO] chains node-a: ", "[SUCCESS] none of: credential_stuffing, ")
                .doesNotContain("[WARNING]", "[FAILURE]");
    }

    @Test
    void folder_without_audit_files_is_no_quiet_log() {
        assertThat(analyze()).isEqualTo(2);
        assertThat(out.toString()).contains("audit analyze: ");
    }

    private TestNode node() {
        return TestNode.generous(
                "accounts.passwords.cost=10",
                "http.trustedProxies=[\"127.0.0.1\"]",
                "http.requestsPerMinute=" + REQUESTS,
                "stuffing.mode=observe",
                "auth.rejectWith=http",
                "audit.file.path=" + folder.resolve("audit"),
                "audit.file.chain=node-a");
    }

    /** Requests for what is not there; beyond the limit some find their connection closed. */
    private static void get(TestNode node, String address, int count) {
        for (int i = 0; i < count; i++) {
            try (RawPeer peer = RawPeer.to(node.port())) {
                peer.write(("GET /there-is-no-" + i + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                + "X-Forwarded-For: " + address + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(peer.rest()).contains("HTTP/1.1 4");
            }
        }
    }

    private int analyze(String... options) {
        out.getBuffer().setLength(0);
        List<String> arguments = new ArrayList<>(
                List.of("audit", "analyze", folder.resolve("audit").toString()));
        arguments.addAll(List.of(options));
        return Main.commands(Map.of(), source -> 0)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static ProxiedClient at(TestNode node, String address) {
        return new ProxiedClient(node, address);
    }
}
