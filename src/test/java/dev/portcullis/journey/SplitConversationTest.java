package dev.portcullis.journey;

import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TestServer;

/** The same with the edge on one node and all other stages on another: it takes another configuration, and no code. */
class SplitConversationTest extends ConversationJourney {
    @Override
    TestServer site() {
        return SplitServer.start();
    }
}
