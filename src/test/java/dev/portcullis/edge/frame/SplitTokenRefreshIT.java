package dev.portcullis.edge.frame;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;

/** The connections are on one node, what decides about them is on another one. */
class SplitTokenRefreshIT extends TokenRefreshAcrossNodes {
    @Override
    TestServer site() {
        return SplitServer.start();
    }
}
