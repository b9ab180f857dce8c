package dev.portcullis.journey;

import dev.portcullis.forked.StageProcesses;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.util.stream.Stream;

/** With each stage alone in a process of its own, over the clustered bus and Redis. No ticket is used, as in the split node. */
class StagesApartFrameTableIT extends FrameTableContract {
    @Override
    TestServer site(String... settings) {
        return StageProcesses.start(Stream.concat(SplitFrameTableIT.UPLOADS.stream(), Stream.of(settings))
                .toArray(String[]::new));
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
