package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import java.time.Duration;

class StrangersIT extends StrangersContract {
    @Override
    TestServer open() {
        return TestNode.generous(SETTINGS.toArray(String[]::new));
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((TestNode) site).token(user, role, Duration.ofMinutes(10));
    }
}
