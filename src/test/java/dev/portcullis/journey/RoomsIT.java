package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import java.time.Duration;

class RoomsIT extends RoomsContract {
    @Override
    TestServer open() {
        return TestNode.generous("ratelimit.actions={\"join\": 100000, \"history\": 100000, \"remove_user\": 100000,"
                + " \"typing_indicator\": 100000, \"read\": 100000, \"file_upload\": 100000}");
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((TestNode) site).token(user, role, Duration.ofMinutes(10));
    }
}
