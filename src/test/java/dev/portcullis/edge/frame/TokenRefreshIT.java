package dev.portcullis.edge.frame;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;

class TokenRefreshIT extends TokenRefreshContract {
    @Override
    TestServer site() {
        return TestNode.generous(
                "ratelimit.connection.minute=200",
                "stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 1, \"rooms\": 2, \"broadcast\": 2}");
    }
}
