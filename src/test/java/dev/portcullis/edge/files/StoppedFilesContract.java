package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Transfers that run when their right ends (CWE-613), over real sockets, with the rows in either store. */
abstract class StoppedFilesContract extends StoppedFilesOverStores {
    private static final int TRIES = 5;

    /** The machine may be busy for a moment, so the fastest of some tries counts. */
    @ParameterizedTest
    @EnumSource(names = {"BAN", "REVOKED_TOKEN", "REMOVAL", "DELETION_OF_ANN", "DELETION_OF_FILES"})
    void download_is_cut_off_within_a_second(Ending ending) throws Exception {
        Duration fastest = Duration.ofDays(1);
        for (int i = 0; i < TRIES && fastest.compareTo(Duration.ofSeconds(1)) > 0; i++) {
            Duration took = cutOff(ending);
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
        }
        assertThat(fastest).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "DELETION_OF_ANN")
    void upload_that_runs_is_refused_when_the_right_to_it_ends(Ending ending) throws Exception {
        Scene scene = new Scene();
        try (FilePeer ben = scene.enter(scene.ben.token());
                RawPeer peer = RawPeer.to(node.port())) {
            JsonObject ticket = ben.ask(scene.room, "notes.txt", LARGE, "text/plain");
            peer.write(("PUT " + ticket.getString("uploadUrl") + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                            + LARGE + "\r\n\r\n" + "x".repeat(100_000))
                    .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(Await.until(() -> counted("portcullis_file_transfers") == 1))
                    .isTrue();

            scene.end(ending);

            assertThat(peer.request("").status()).isEqualTo(404);
            assertThat(Await.until(() -> counted("portcullis_file_transfers") == 0))
                    .isTrue();
        }
    }
}
