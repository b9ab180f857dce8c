package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;

/** With the edge on one node and all other stages on another, over Redis. */
class SplitTypingIT extends TypingAcrossNodes {
    @Override
    TestServer site() {
        return SplitServer.start(
                "ratelimit.actions={\"join\": 100000, \"typing_indicator\": 100000, \"read\": 100000}");
    }
}
