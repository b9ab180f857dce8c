package dev.portcullis.journey;

import dev.portcullis.kit.ThreeNodes;
import java.time.Duration;

/** Each connection and each call goes to the next of three nodes. */
class ThreeNodesServerApiIT extends ServerApiAcrossNodes {
    @Override
    Site site(String... settings) {
        ThreeNodes nodes = new ThreeNodes(settings);
        return new Site(
                nodes,
                path -> nodes.node().admin(path),
                (user, role) -> nodes.node().token(user, role, Duration.ofMinutes(10)));
    }
}
