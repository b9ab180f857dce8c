package dev.portcullis.client.selfaudit.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.selfaudit.ProbeResult;
import dev.portcullis.client.selfaudit.SelfAuditReport;
import dev.portcullis.kit.program.NodePackages;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.kit.program.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit says of chat servers that are others, as their manuals show them. */
class SelfAuditOthersIT {
    private static final Path SCRIPTS = Path.of("src/test/resources/dev/portcullis/selfaudit");
    private static final String[] GENERAL = {
        "origin",
        "tls",
        "framing",
        "limits.message",
        "limits.compression",
        "limits.handshakes",
        "load",
        "token",
        "content"
    };

    @TempDir
    Path folder;

    private SelfAuditReport audit(String script, String path) throws Exception {
        Path packages = NodePackages.folder();
        NodeProgram.assumeInstalled();
        try (Program server = NodeProgram.start(
                folder, SCRIPTS.resolve(script), Map.of("PACKAGES", packages.toString(), "ORIGINS", "*"))) {
            String port =
                    server.line(line -> line.startsWith("port "), "its port").substring("port ".length());
            return AuditRunner.of("ws://127.0.0.1:" + port + path)
                    .waitingShortly()
                    .run(GENERAL);
        }
    }

    private static List<String> ids(SelfAuditReport report, boolean found) {
        return report.results().stream()
                .filter(found ? ProbeResult::isFound : ProbeResult::isPassed)
                .map(each -> each.probe().id())
                .toList();
    }

    @Test
    void socketio_is_told_its_origins_and_its_limits() throws Exception {
        SelfAuditReport report = audit("socketio.mjs", "/socket.io/?EIO=4&transport=websocket");

        assertThat(ids(report, true)).contains("origin.foreign", "origin.null", "limits.handshakes");
        assertThat(ids(report, false))
                .contains("handshake.accepted", "framing.unmasked", "framing.utf8", "limits.message", "load.pings");
        assertThat(ids(report, true)).noneMatch(id -> id.startsWith("token.") || id.startsWith("content."));
    }

    @Test
    void ws_is_told_its_origins_and_its_limits() throws Exception {
        SelfAuditReport report = audit("ws.mjs", "/");

        assertThat(ids(report, true))
                .contains("origin.foreign", "handshake.subprotocol", "limits.message", "limits.handshakes");
        assertThat(ids(report, false)).contains("handshake.accepted", "framing.unmasked", "framing.utf8", "load.pings");
        assertThat(report.results())
                .as("it agrees on portcullis.v1, and does not speak it")
                .filteredOn(each -> each.probe().id().matches("(content|token)\\..*")
                        && !each.probe().id().equals("token.published_secret"))
                .isNotEmpty()
                .allMatch(each -> each.text().endsWith(Sessions.OTHER_PROTOCOL));
    }
}
