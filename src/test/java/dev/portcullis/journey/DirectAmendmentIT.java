package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;

class DirectAmendmentIT extends DirectAmendmentContract {
    @Override
    TestServer site() {
        return TestNode.generous("stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}");
    }
}
