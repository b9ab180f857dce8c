package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** On one node with its embedded store. */
class FrameTableIT extends FrameTableContract {
    @TempDir
    static Path folder;

    @Override
    TestServer site(String... settings) {
        try {
            List<String> uploads = List.of(
                    "archive.kind=embedded",
                    "uploads.kind=disk",
                    "uploads.folder=" + Files.createTempDirectory(folder, "files"));
            return TestNode.generous(
                    Stream.concat(uploads.stream(), Stream.of(settings)).toArray(String[]::new));
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    @Override
    String token(TestServer of, String user, Role role) {
        return ((TestNode) of).token(user, role, Duration.ofMinutes(10));
    }

    @Override
    URI admin(TestServer of, String path) {
        return ((TestNode) of).admin(path);
    }
}
