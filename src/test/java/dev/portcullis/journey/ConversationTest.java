package dev.portcullis.journey;

import dev.portcullis.kit.Site;
import dev.portcullis.kit.TestNode;

class ConversationTest extends ConversationJourney {
    @Override
    Site site() {
        return TestNode.generous("stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}");
    }
}
