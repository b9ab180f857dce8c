package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;

/** With the edge on one node and all other stages on another. */
class SplitConversationIT extends ConversationAcrossNodes {
    @Override
    TestServer site() {
        return SplitServer.start();
    }
}
