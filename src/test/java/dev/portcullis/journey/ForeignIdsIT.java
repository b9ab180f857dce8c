package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** On one node with its embedded store. */
class ForeignIdsIT extends ForeignIdsContract {
    @TempDir
    static Path folder;

    @Override
    TestServer site(String... settings) {
        List<String> own = List.of(
                "archive.kind=embedded",
                "uploads.kind=disk",
                "uploads.folder=" + folder,
                "ratelimit.actions={\"join\": 1000, \"history\": 1000, \"search\": 1000, \"file_upload\": 1000}");
        return TestNode.generous(
                Stream.concat(own.stream(), Stream.of(settings)).toArray(String[]::new));
    }
}
