package dev.portcullis.journey;

import dev.portcullis.kit.Site;
import dev.portcullis.kit.SplitSite;

/** The same with the edge on one node and all other stages on another: it takes another configuration, and no code. */
class SplitConversationTest extends ConversationJourney {
    @Override
    Site site() {
        return SplitSite.start();
    }
}
