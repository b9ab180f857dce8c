package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import java.time.Duration;

/** On one node with the embedded store. */
class ServerApiIT extends ServerApiContract {
    @Override
    Site site(String... settings) {
        TestNode node = TestNode.generous(settings);
        return new Site(node, node::admin, (user, role) -> node.token(user, role, Duration.ofMinutes(10)));
    }
}
