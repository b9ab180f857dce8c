package dev.portcullis.journey;

import dev.portcullis.forked.StageProcesses;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/**
 * With each stage alone in a process of its own, over the clustered bus and Redis. No ticket is used, so no store of files
 * is needed.
 */
class StagesApartFrameTableIT extends FrameTableAcrossNodes {
    private static final List<String> UPLOADS = List.of(
            "uploads.kind=s3",
            "uploads.s3.endpoint=http://127.0.0.1:1",
            "uploads.s3.pathStyle=true",
            "uploads.s3.bucket=files",
            "uploads.s3.accessKey=key",
            "uploads.s3.secretKey=secret");

    @Override
    TestServer site(String... settings) {
        return StageProcesses.start(
                Stream.concat(UPLOADS.stream(), Stream.of(settings)).toArray(String[]::new));
    }

    @Override
    String answerToSearch() {
        return "unsupported";
    }

    @Override
    String token(TestServer of, String user, Role role) {
        return ((StageProcesses) of).token(user, role);
    }

    @Override
    URI admin(TestServer of, String path) {
        return ((StageProcesses) of).edgeAdmin(path);
    }
}
