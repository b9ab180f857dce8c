package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;

class AccountJourneyIT extends AccountJourneyContract {
    @Override
    TestServer site() {
        return TestNode.generous(SETTINGS);
    }
}
