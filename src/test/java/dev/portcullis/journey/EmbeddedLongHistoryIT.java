package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;

class EmbeddedLongHistoryIT extends LongHistoryContract {
    @Override
    TestNode start() {
        return TestNode.generous(
                "archive.kind=embedded",
                "streams.room.entries=10",
                "streams.inbox.entries=10",
                "direct.undelivered=1000");
    }
}
