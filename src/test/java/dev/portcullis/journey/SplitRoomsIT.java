package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;

/** With the edge on one node and all other stages on another, over Redis. */
class SplitRoomsIT extends RoomsAcrossNodes {
    @Override
    TestServer open() {
        return SplitServer.start();
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((SplitServer) site).token(user, role);
    }
}
