package dev.portcullis.journey;

import dev.portcullis.kit.TestServer;
import dev.portcullis.kit.ThreeNodes;

/** On three nodes with one Redis; each connection goes to the next node, and each room has its owner on any. */
class ThreeNodesPresenceIT extends PresenceAcrossNodes {
    @Override
    TestServer site() {
        return new ThreeNodes("ratelimit.actions={\"join\": 100000, \"typing_indicator\": 100000, \"read\": 100000}");
    }
}
