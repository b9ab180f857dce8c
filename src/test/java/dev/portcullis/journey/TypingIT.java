package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;

class TypingIT extends TypingContract {
    @Override
    TestServer site() {
        return TestNode.generous(
                "stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}",
                "ratelimit.actions={\"join\": 100000, \"typing_indicator\": 100000, \"read\": 100000}");
    }
}
