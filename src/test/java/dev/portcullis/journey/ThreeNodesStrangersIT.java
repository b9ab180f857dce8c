package dev.portcullis.journey;

import dev.portcullis.kit.TestServer;
import dev.portcullis.kit.ThreeNodes;
import dev.portcullis.protocol.Role;

/** On three nodes with one Redis; each connection and each call goes to the next node. */
class ThreeNodesStrangersIT extends StrangersContract {
    @Override
    TestServer open() {
        return new ThreeNodes(SETTINGS.toArray(String[]::new));
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((ThreeNodes) site).token(user, role);
    }
}
