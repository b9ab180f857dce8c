package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;

/** With Redis, the edge on one node and all other stages on another. */
class SplitDirectIT extends DirectAcrossNodes {
    @Override
    TestServer site() {
        return SplitServer.start();
    }
}
